using Gateway.Api.Operators;
using Gateway.Api.Portal.Operators.Pages;
using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal.Operators;

/// <summary>POST /operator/replicas: switches a feature off, or on again, in all processes.</summary>
internal sealed class SwitchForm(OperatorMarks marks)
{
    public const string Path = "/operator/replicas";

    public async Task PostAsync(HttpContext context, PortalVisitor visitor)
    {
        var (name, act) = (
            await PortalForm.FieldAsync(context, "feature"), await PortalForm.FieldAsync(context, "act"));
        if (act is not ("enable" or "disable") || !FeatureSwitches.All.Contains(name))
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        if (await OperatorPages.ReasonAsync(context, OperatorMarks.MaxReason) is not { } because)
        {
            await PortalPages.ShowAsync<ReplicasConsole>(
                context, "operator.replicas", new { Problem = "operator.problem.reason" },
                StatusCodes.Status400BadRequest);
            return;
        }

        await marks.SetAsync(
            OperatorWord.FeatureOff, name, act == "disable", (visitor.Email, because), visitor.ActorOf(context));
        PortalForm.GoTo(context, Path);
    }
}
