using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Operators;
using Gateway.Api.Portal.Operators.Pages;
using Gateway.Api.Portal.Sessions;
using Gateway.Billing;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Portal.Operators;

/// <summary>POST /operator/deposits: a person's word about money that waits, and about what stands still.</summary>
internal sealed class DepositForm(
    Treasury treasury, DepositDesk deposits, HaltDesk halts, RateBook rates, AuditTrail trail,
    IDbContextFactory<AccessDb> contexts)
{
    public const string Path = "/operator/deposits";

    private delegate Task<bool> Act(string person, string because, CancellationToken cancellationToken);

    public async Task PostAsync(HttpContext context, PortalVisitor visitor)
    {
        var (name, of) = (await PortalForm.FieldAsync(context, "act"), await PortalForm.FieldAsync(context, "of"));
        var with = await PortalForm.FieldAsync(context, "with");
        if (Find(name, of, with) is not { } act)
        {
            await RefuseAsync(context, "operator.deposits.problem");
            return;
        }

        if (await OperatorPages.ReasonAsync(context, OperatorMarks.MaxReason) is not { } because)
        {
            await RefuseAsync(context, "operator.problem.reason");
            return;
        }

        // Noted before it is tried: the log may hold one that failed, and never lacks one that succeeded.
        await trail.NoteAsync(AuditTrail.Operator, visitor.ActorOf(context), new(
            $"deposits.{name}", of.Length > 0 ? of : "deposits", null,
            new JsonObject { ["with"] = with, ["reason"] = because }));
        if (await act(visitor.Email, because, context.RequestAborted))
        {
            PortalForm.GoTo(context, $"{Path}?done={name}");
            return;
        }

        await RefuseAsync(context, "operator.deposits.late");
    }

    private Act? Find(string act, string of, string with) => act switch
    {
        "attribute" when IdOf(of) is { } id && OrgId.TryParse(with, out var org) =>
            async (person, because, token) => await ExistsAsync(org, token)
                && await treasury.AttributeDepositAsync(id, org, person, because, token),
        "claim" when IdOf(of) is { } id =>
            (person, because, token) => treasury.ClaimDepositAsync(id, person, because, token),
        "rate" when IdOf(of) is { } id && FxRate.TryParseUsdPerTao(with, out var rate) =>
            (person, because, token) => treasury.CreditDepositAsync(id, rate, person, because, token),
        "release" when long.TryParse(of, NumberStyles.None, CultureInfo.InvariantCulture, out var sample) =>
            (person, because, token) => rates.ReleaseAsync(sample, person, because, token),
        "lift" when of.Length > 0 =>
            async (person, because, token) => await halts.LiftAsync(of, person, because, token) is not null,
        "halt" when of.Length > 0 => (person, because, token) => HaltAsync(of, $"{person}: {because}", token),
        _ => null,
    };

    private async Task<bool> HaltAsync(string genesis, string reason, CancellationToken cancellationToken) =>
        await deposits.CursorAsync(genesis, cancellationToken) is { } cursor
        && await deposits.HaltAsync(genesis, HaltScope.Deposits, cursor.Height, reason, cancellationToken);

    // The books open an account for any name; a slip of the pen must not be somebody's credit.
    private async Task<bool> ExistsAsync(OrgId org, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Organizations.AnyAsync(row => row.Id == org.Value, cancellationToken);
    }

    private static DepositId? IdOf(string text) => text.Split('/') is [var genesis, var hash, var index]
        && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new DepositId(genesis, hash, number)
            : null;

    private static Task RefuseAsync(HttpContext context, string problem) => PortalPages.ShowAsync<DepositsConsole>(
        context, "operator.deposits", new { Problem = problem }, StatusCodes.Status400BadRequest);
}
