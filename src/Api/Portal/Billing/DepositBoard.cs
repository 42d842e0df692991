using Gateway.Api.Access;
using Gateway.Api.Organization;
using Gateway.Api.Wiring;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Portal.Billing;

/// <summary>What has come, and what is on its way: booked deposits and those only seen, newest first.</summary>
internal sealed class DepositBoard(
    Statements statements, SeenDeposits seen, ChainWatch chain, VanishedDeposits vanished)
{
    private const int Most = 100;
    private const int MostForeign = 20;

    /// <summary>The newest block that was heard of, the newest final one, and the newest the books hold; null in a
    /// process that does not watch the chain.</summary>
    public (long Best, long Finalized, long Taken)? Heights =>
        chain.Feed?.Status is { } status ? (status.Best, status.Finalized, status.Height ?? 0) : null;

    /// <summary>Whether finality lags so much that nobody can say when a transfer will be credited.</summary>
    public bool IsLagging => chain.Feed?.Status.IsLagging == true;

    /// <summary>What stands on the chain changed since a mark was taken, when the mark differs.</summary>
    public string Mark => chain.Feed is { Status: var status } feed
        ? $"{status.Best}/{status.Finalized}/{status.Height}/{feed.Seen.Count}/{status.IsLagging}" : "";

    public async Task<IReadOnlyList<DepositLine>> ReadAsync(OrgId org, CancellationToken cancellationToken)
    {
        // Seen first: what is booked in between is in the second answer, and stands there once.
        var arriving = await seen.OfAsync(org, cancellationToken);
        var booked = await statements.DepositsAsync(org, Most, null, cancellationToken);
        var known = booked.Select(deposit => deposit.Id).ToHashSet(StringComparer.Ordinal);
        return [.. arriving.Where(deposit => !known.Contains(deposit.Id)), .. booked];
    }

    /// <summary>A top-up with all that came to its address, also what is no TAO and what was seen and is gone.
    /// </summary>
    public async Task<TopUpView> ViewAsync(TopUpRow row, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var org = new OrgId(row.Org);
        var deposits = await ReadAsync(org, cancellationToken);
        var foreign = await statements.ForeignAsync(org, row.Address, MostForeign, cancellationToken);
        return TopUpView.Of(row, deposits, now, foreign) with
        {
            Vanished = vanished.Note(row.Address, deposits),
        };
    }
}
