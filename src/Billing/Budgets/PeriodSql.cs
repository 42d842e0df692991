using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What was spent since a budget last started anew.</summary>
internal static class PeriodSql
{
    private const string Spent =
        "SELECT coalesce(sum(charge), 0) FROM usage_roll WHERE key_id = @key AND hour >= @hour";

    internal static async Task<NanoUsd> SpentByKeyAsync(SqlSession session, KeyId key, DateTimeOffset since)
    {
        var hour = since.ToUnixTimeSeconds() / 3600;
        var sums = await session.ListAsync(
            Spent, row => Convert.ToInt64(row.GetValue(0)), ("key", key.ToString()), ("hour", hour));
        return new(sums[0]);
    }
}
