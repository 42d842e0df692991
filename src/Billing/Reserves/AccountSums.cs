using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Sums of the RAO book by account.</summary>
internal static class AccountSums
{
    /// <summary>What is on our addresses.</summary>
    internal const string Chain = "chain/";

    /// <summary>What miners have earned and not been paid: <c>miner_payable/{netuid}/{hotkey}</c>, a claim and so
    /// negative.</summary>
    internal const string MinerPayable = "miner_payable/";

    private const string Sums = """
        SELECT account, CAST(sum(amount) AS bigint) FROM posting
        WHERE asset = 'RAO' AND substr(account, 1, length(@prefix)) = @prefix
        GROUP BY account HAVING sum(amount) <> 0 ORDER BY account
        """;

    internal static Task<List<(string Account, Rao Amount)>> ReadAsync(SqlSession session, string prefix) =>
        session.ListAsync(Sums, row => (row.GetString(0), new Rao(row.GetInt64(1))), ("prefix", prefix));
}
