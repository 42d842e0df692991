using Gateway.Api.Operators;
using Gateway.Api.Portal.Operators.Pages;
using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal.Operators;

/// <summary>POST /operator/miners: quarantine and release.</summary>
internal sealed class MinerForm(MinerRoster roster, OperatorMarks marks)
{
    public const string Path = "/operator/miners";

    public async Task PostAsync(HttpContext context, PortalVisitor visitor)
    {
        var (name, act) = (await PortalForm.FieldAsync(context, "miner"), await PortalForm.FieldAsync(context, "act"));
        var isKnown = act == "release"
            ? marks.Current.Find(OperatorWord.Quarantine, name) is not null
            : act == "quarantine" && roster.Read().Any(line => line.Name == name);
        if (!isKnown)
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        if (await OperatorPages.ReasonAsync(context, OperatorMarks.MaxReason) is not { } because)
        {
            await PortalPages.ShowAsync<MinersConsole>(
                context, "operator.miners", new { Problem = "operator.problem.reason", Selected = name },
                StatusCodes.Status400BadRequest);
            return;
        }

        await marks.SetAsync(
            OperatorWord.Quarantine, name, act == "quarantine", (visitor.Email, because), visitor.ActorOf(context));
        PortalForm.GoTo(context, $"{Path}?miner={Uri.EscapeDataString(name)}");
    }
}
