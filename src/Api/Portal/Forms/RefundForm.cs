using Gateway.Api.Organization;
using Gateway.Api.Portal.Pages;
using Gateway.Api.Portal.Sessions;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Portal.Forms;

/// <summary>POST /billing/refunds: asks for money back. Two people of the operator's must approve, and who asked is
/// neither of them.</summary>
internal sealed class RefundForm(RefundEndpoints refunds)
{
    private const int MaxDestination = 100;
    private const int MaxSignature = 200;

    public async Task PostAsync(HttpContext context)
    {
        var me = PortalVisitor.Of(context)!;
        var (wish, fault) = await ReadAsync(context);
        if (fault is not null)
        {
            await ShowAsync(context, fault);
            return;
        }

        if (await refunds.ProofProblemAsync(me.OrganizationId, wish, context.RequestAborted) is not null)
        {
            await ShowAsync(context, new("signature", "refunds.problem.proof"));
            return;
        }

        // As the list of approvers names people: who asks cannot approve.
        var answer = await refunds.AskAsync(
            me.OrganizationId, wish, me.Email.ToLowerInvariant(), me.ActorOf(context), null);
        if (answer is RefundAnswer.Requested)
        {
            PortalForm.GoTo(context, "/billing/refunds");
            return;
        }

        await ShowAsync(context, answer switch
        {
            RefundAnswer.BadDestination => new("destination", "refunds.problem.destination"),
            RefundAnswer.TooSmall => new("amount", "refunds.problem.small"),
            RefundAnswer.OrgFrozen => new("amount", "refunds.problem.frozen"),
            _ => new FormFault("amount", "refunds.problem.much"),
        });
    }

    private static Task ShowAsync(HttpContext context, FormFault fault) =>
        PortalPages.ShowFaultAsync<RefundsPage>(context, "refunds", fault);

    private static async Task<(RefundRequest Wish, FormFault? Fault)> ReadAsync(HttpContext context)
    {
        var destination = await PortalForm.FieldAsync(context, "destination");
        var (text, signature) =
            (await PortalForm.FieldAsync(context, "amount"), await PortalForm.FieldAsync(context, "signature"));
        var amount = PortalForm.TryReadUsd(text, out var usd) ? usd : NanoUsd.Zero;
        var fault = destination.Length is 0 or > MaxDestination
            ? new("destination", "refunds.problem.destination")
            : text.Length > 0 && amount <= NanoUsd.Zero ? new("amount", "refunds.problem.amount")
            : signature.Length > MaxSignature ? new FormFault("signature", "refunds.problem.proof")
            : null;
        return (
            new(destination, text.Length > 0 ? amount : null, "amount", signature.Length > 0 ? signature : null),
            fault);
    }
}
