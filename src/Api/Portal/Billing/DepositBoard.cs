using Gateway.Api.Access;
using Gateway.Api.Organization;
using Gateway.Api.Wiring;
using Gateway.Billing;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Portal.Billing;

/// <summary>What has come, and what is on its way: booked deposits and those only seen, newest first.</summary>
internal sealed class DepositBoard(
    Statements statements, SeenDeposits seen, ChainWatch chain, VanishedDeposits vanished,
    IDbContextFactory<AccessDb> contexts)
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
        var next = await NextAsync(row, cancellationToken);
        var arriving = await seen.OfAsync(org, cancellationToken);
        var booked = await statements.DepositsAsync(org, TopUpView.SpanOf(row, next), Most, cancellationToken);
        var foreign = await statements.ForeignAsync(org, row.Address, MostForeign, cancellationToken);
        var known = booked.Newest.Select(deposit => deposit.Id).ToHashSet(StringComparer.Ordinal);
        var view = TopUpView.Of(
            row, next, [.. arriving.Where(deposit => !known.Contains(deposit.Id)), .. booked.Newest], now, foreign);
        return view with
        {
            Older = booked.Older,
            Vanished = vanished.Note(TopUpView.IdOf(row.Id), view.Deposits),
        };
    }

    /// <summary>An organisation's top-ups as they stand, for judging: what the books have comes as sums.</summary>
    /// <param name="org">Whose.</param>
    /// <param name="rows">All of its top-ups since some moment, in the order in which they were made.</param>
    /// <param name="now">The moment they are looked at.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<TopUpView>> ViewsAsync(
        OrgId org, IReadOnlyList<TopUpRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (next, nexts) = (new Dictionary<string, TopUpRow>(StringComparer.Ordinal), new TopUpRow?[rows.Count]);
        for (var at = rows.Count - 1; at >= 0; at--)
        {
            nexts[at] = next.GetValueOrDefault(rows[at].Address);
            next[rows[at].Address] = rows[at];
        }

        // Seen first: what is booked in between is told twice for a moment, and never missed.
        var arriving = await seen.OfAsync(org, cancellationToken);
        var sums = await statements.DepositSumsAsync(
            org, [.. rows.Select((row, at) => TopUpView.SpanOf(row, nexts[at]))], cancellationToken);
        return [.. rows.Select((row, at) => TopUpView.Of(row, nexts[at], arriving, now) with { Older = sums[at] })];
    }

    private async Task<TopUpRow?> NextAsync(TopUpRow row, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<TopUpRow>().AsNoTracking()
            .Where(one => one.Org == row.Org && one.Address == row.Address && (one.CreatedAt > row.CreatedAt
                || (one.CreatedAt == row.CreatedAt && one.Id.CompareTo(row.Id) > 0)))
            .OrderBy(one => one.CreatedAt).ThenBy(one => one.Id).FirstOrDefaultAsync(cancellationToken);
    }
}
