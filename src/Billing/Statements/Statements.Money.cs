using Gateway.Core;

namespace Gateway.Billing;

public sealed partial class Statements
{
    /// <summary>What took credit away other than requests: rows of id, kind (<c>refund</c> or <c>expiry</c>), lot, time
    /// in Unix milliseconds, rao and nano-USD, of the organisation in parameter <c>org</c>.</summary>
    internal string Reductions { get; init; } = PayoutSql.Reductions;

    /// <summary>The organisation's deposits, newest first.</summary>
    /// <param name="org">Whose.</param>
    /// <param name="limit">At most that many, above zero.</param>
    /// <param name="after">The id of the last one already read; null: from the newest.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<DepositLine>> DepositsAsync(
        OrgId org, int limit, string? after, CancellationToken cancellationToken) => await _store.ReadAsync(
            session => DepositListSql.ReadAsync(session, org, limit, after ?? ""), cancellationToken);

    /// <summary>All of the organisation's deposits of a span: the newest by themselves, all others by state.</summary>
    /// <param name="org">Whose.</param>
    /// <param name="span">Which.</param>
    /// <param name="limit">At most that many by themselves, above zero.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<DepositPart> DepositsAsync(
        OrgId org, DepositSpan span, int limit, CancellationToken cancellationToken) =>
        await _store.ReadSnapshotAsync(
            session => DepositSpanSql.ReadAsync(session, org, span, limit), cancellationToken);

    /// <summary>What came in each of the spans, by state; of one in which nothing came, nothing.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<DepositSum>>> DepositSumsAsync(
        OrgId org, IReadOnlyList<DepositSpan> spans, CancellationToken cancellationToken)
    {
        var sums = new List<IReadOnlyList<DepositSum>>(spans.Count);
        foreach (var part in spans.Chunk(DepositSpanSql.MostSpans))
        {
            var found = await _store.ReadAsync(
                session => DepositSpanSql.SumAsync(session, org, part), cancellationToken);
            sums.AddRange(part.Select((_, at) => found[at].ToList()));
        }

        return sums;
    }

    /// <summary>What is not TAO and came to an address of the organisation, newest first.</summary>
    /// <param name="org">Whose.</param>
    /// <param name="address">One of its own; of another there is nothing.</param>
    /// <param name="limit">At most that many, above zero.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<ForeignLine>> ForeignAsync(
        OrgId org, string address, int limit, CancellationToken cancellationToken) => await _store.ReadAsync(
            session => DepositListSql.ForeignAsync(session, org, address, limit), cancellationToken);

    /// <summary>The organisation's credited deposits in the order in which they were credited, for good.</summary>
    /// <param name="org">Whose.</param>
    /// <param name="after">The number of the last one already read; 0: from the first.</param>
    /// <param name="limit">At most that many, above zero.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<CreditedDeposit>> CreditedAsync(
        OrgId org, long after, int limit, CancellationToken cancellationToken) => await _store.ReadAsync(
            session => DepositListSql.CreditedAsync(session, org, after, limit), cancellationToken);

    /// <summary>The number of the organisation's newest credit; 0 without one.</summary>
    public async Task<long> LastCreditAsync(OrgId org, CancellationToken cancellationToken) =>
        await _store.ReadAsync(session => DepositListSql.LastAsync(session, org), cancellationToken);

    /// <summary>The organisation's ended requests, newest first, as far back as the books keep them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not 1 to 100.</exception>
    public async Task<RequestPage> RequestsAsync(OrgId org, RequestQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, 100);
        await _replica.FlushAsync();
        return await _store.ReadAsync(session => RequestListSql.ReadAsync(session, org, query), cancellationToken);
    }

    /// <summary>Figures of all organisations together, for monitoring: counts, no names.</summary>
    public async Task<BooksTally> TallyAsync(CancellationToken cancellationToken) =>
        await _store.ReadAsync(TallySql.ReadAsync, cancellationToken);

    /// <summary>The months of which there is something to tell, as their first days, newest first: from the first
    /// credit or request to the current month. Empty when there never was either.</summary>
    public async Task<IReadOnlyList<DateOnly>> MonthsAsync(OrgId org, CancellationToken cancellationToken)
    {
        await _replica.FlushAsync();
        var (now, first) = await _store.ReadSnapshotAsync(
            async session => (await session.NowAsync(), await MonthSql.FirstAsync(session, org)), cancellationToken);
        if (first is not { } begin)
        {
            return [];
        }

        var months = new List<DateOnly>();
        for (var month = MonthStatement.MonthOf(DateTimeOffset.FromUnixTimeMilliseconds(now));
            month >= MonthStatement.MonthOf(begin);
            month = month.AddMonths(-1))
        {
            months.Add(month);
        }

        return months;
    }

    /// <summary>A month's statement, in UTC: valid and all zero where nothing happened. Its parts add up exactly, and
    /// carried on to now they give the balance in the books.</summary>
    /// <param name="org">Whose.</param>
    /// <param name="month">Its first day.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">The books do not add up; no wrong statement is made.</exception>
    public async Task<MonthStatement> MonthAsync(OrgId org, DateOnly month, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(month.Day, 1);
        await _replica.FlushAsync();
        var facts = await _store.ReadSnapshotAsync(
            session => MonthSql.ReadAsync(session, org, month, Reductions), cancellationToken);
        return MonthStatement.Of(org, month, facts);
    }
}
