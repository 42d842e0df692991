using System.Data.Common;
using System.Globalization;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Everything a month's statement is made of, read from one state of the books.</summary>
/// <param name="Now">When it was read.</param>
/// <param name="Credits">All lots ever opened, in the order of their opening.</param>
/// <param name="Reductions">All refunds and expiries ever.</param>
/// <param name="ChargedBefore">Charges before the month.</param>
/// <param name="Charges">Charges in the month by project and model.</param>
/// <param name="ChargedAfter">Charges after it.</param>
/// <param name="Balance">What is left now, held or not.</param>
internal sealed record MonthFacts(
    DateTimeOffset Now,
    IReadOnlyList<CreditLine> Credits,
    IReadOnlyList<ReductionLine> Reductions,
    NanoUsd ChargedBefore,
    IReadOnlyList<UsageLine> Charges,
    NanoUsd ChargedAfter,
    NanoUsd Balance);

/// <summary>Reads what a month's statement is made of.</summary>
internal static class MonthSql
{
    private const string LotPrefix = "lot_";

    private const string Lots = """
        SELECT l.id, l.kind, l.rate, l.rao, l.nusd, l.deposit,
            (SELECT min(d.block_time) FROM deposit d WHERE d.org = l.org AND d.lot = l.id)
        FROM lot l WHERE l.org = @org
        """;

    internal static async Task<MonthFacts> ReadAsync(
        SqlSession session, OrgId org, DateOnly month, string? reductions)
    {
        var (from, to) = MonthStatement.Bounds(month);
        var query = new UsageQuery(from, to, UsageBucket.Day, UsageGroups.Project | UsageGroups.Model);
        var balance = await AccountSql.ReadAsync(session, org);
        return new(
            DateTimeOffset.FromUnixTimeMilliseconds(await session.NowAsync()),
            await CreditsAsync(session, org),
            reductions is null ? [] : await ReductionsAsync(session, org, reductions),
            await UsageRollSql.ChargedAsync(session, org, DateTimeOffset.UnixEpoch, from),
            await UsageRollSql.ReadAsync(session, org, query),
            await UsageRollSql.ChargedAsync(session, org, to, DateTimeOffset.MaxValue),
            balance.Available + balance.Held);
    }

    /// <summary>The first credit or request.</summary>
    internal static async Task<DateTimeOffset?> FirstAsync(SqlSession session, OrgId org)
    {
        var usage = await UsageRollSql.FirstHourAsync(session, org);
        var credit = (await CreditsAsync(session, org)).FirstOrDefault()?.At;
        return usage < credit ? usage : credit ?? usage;
    }

    private static async Task<List<CreditLine>> CreditsAsync(SqlSession session, OrgId org) =>
        [.. (await session.ListAsync(Lots, Credit, ("org", org.ToString())))
            .OrderBy(credit => credit.At).ThenBy(credit => credit.Lot, StringComparer.Ordinal)];

    private static CreditLine Credit(DbDataReader row) => new(
        OpenedAt(row.GetString(0)) ?? (row.IsDBNull(6) ? DateTimeOffset.UnixEpoch : Moment(row.GetInt64(6))),
        row.GetString(0),
        row.GetString(1) switch
        {
            "promo" => CreditKind.Promo,
            "correction" => CreditKind.Correction,
            _ => CreditKind.Paid,
        },
        row.IsDBNull(5) ? null : row.GetString(5),
        new(row.GetInt64(3)),
        new(row.GetInt64(2)),
        new(row.GetInt64(4)));

    private static async Task<List<ReductionLine>> ReductionsAsync(SqlSession session, OrgId org, string sql) =>
        [.. (await session.ListAsync(sql, Reduction, ("org", org.ToString())))
            .OrderBy(line => line.At).ThenBy(line => line.Id, StringComparer.Ordinal)];

    private static ReductionLine Reduction(DbDataReader row)
    {
        var (id, isExpiry, lot) = (row.GetString(0), row.GetString(1) == "expiry", row.GetString(2));
        var at = Moment(row.GetInt64(3));
        if (isExpiry && lot.Split('/') is [var of, var booking])
        {
            (lot, at) = (of, MadeAt(booking) ?? at);
        }

        return new(id, isExpiry, lot, at, new(row.GetInt64(4)), new(row.GetInt64(5)));
    }

    // A lot's id tells when it was opened (RFC 9562, version 7: the first 48 bits in Unix milliseconds), which no later
    // booking changes; a block may be older than the day its deposit was credited on.
    private static DateTimeOffset? OpenedAt(string lot) =>
        lot.StartsWith(LotPrefix, StringComparison.Ordinal) ? MadeAt(lot[LotPrefix.Length..]) : null;

    private static DateTimeOffset? MadeAt(string text) =>
        Guid.TryParseExact(text, "N", out var id) && id.Version == 7
            ? Moment(long.Parse(id.ToString("N")[..12], NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            : null;

    private static DateTimeOffset Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
