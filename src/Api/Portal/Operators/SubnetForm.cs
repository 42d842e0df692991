using System.Globalization;
using Gateway.Api.Hosting;
using Gateway.Api.Operators;
using Gateway.Api.Portal.Operators.Pages;
using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal.Operators;

/// <summary>POST /operator/subnets: asks a subnet's miners or leaves them alone.</summary>
internal sealed class SubnetForm(GatewaySettings settings, OperatorMarks marks)
{
    public const string Path = "/operator/subnets";

    public async Task PostAsync(HttpContext context, PortalVisitor visitor)
    {
        var (name, act) = (await PortalForm.FieldAsync(context, "subnet"), await PortalForm.FieldAsync(context, "act"));
        if (act is not ("enable" or "disable") || !settings.Subnets.Any(policy =>
            policy.NetUid.Value.ToString(CultureInfo.InvariantCulture) == name))
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        if (await OperatorPages.ReasonAsync(context, OperatorMarks.MaxReason) is not { } because)
        {
            await PortalPages.ShowAsync<SubnetsConsole>(
                context, "operator.subnets", new { Problem = "operator.problem.reason" },
                StatusCodes.Status400BadRequest);
            return;
        }

        await marks.SetAsync(
            OperatorWord.SubnetOff, name, act == "disable", (visitor.Email, because), visitor.ActorOf(context));
        PortalForm.GoTo(context, Path);
    }
}
