namespace Gateway.Billing;

/// <summary>The rows of the signer's halts.</summary>
internal static class HaltSql
{
    private const string All = """
        SELECT wallet, cause, reason, at, lifted_by FROM signer_halt
        ORDER BY CASE WHEN lifted IS NULL THEN 0 ELSE 1 END, at DESC, cause
        """;

    private const string Insert = """
        INSERT INTO signer_halt (wallet, cause, reason, at) VALUES (@wallet, @cause, @reason, @now)
        ON CONFLICT (wallet, cause) DO NOTHING
        """;

    private const string Lift = """
        UPDATE signer_halt SET lifted = @now, lifted_by = @person, because = @because
        WHERE wallet = @wallet AND cause = @cause AND lifted IS NULL
        """;

    internal static Task<List<SignerHalt>> ListAsync(SqlSession session) => session.ListAsync(
        All,
        row => new SignerHalt(row.GetString(0), row.GetString(1), row.GetString(2),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)), row.IsDBNull(4) ? null : row.GetString(4)));

    internal static async Task<bool> AddAsync(SqlSession session, string wallet, string cause, string reason) =>
        await session.ExecuteAsync(Insert, ("wallet", wallet), ("cause", cause), ("reason", reason),
            ("now", await session.NowAsync())) == 1;

    internal static async Task<bool> LiftAsync(
        SqlSession session, (string Wallet, string Cause) halt, string person, string because)
    {
        if (await session.ExecuteAsync(Lift, ("wallet", halt.Wallet), ("cause", halt.Cause), ("person", person),
            ("because", because), ("now", await session.NowAsync())) != 1)
        {
            return false;
        }

        await OperatorActs.AddAsync(session, person, "lift_halt", $"{halt.Wallet} {halt.Cause}", because);
        return true;
    }
}
