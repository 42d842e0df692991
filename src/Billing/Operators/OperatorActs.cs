namespace Gateway.Billing;

/// <summary>The append-only record of what people decided about money.</summary>
internal static class OperatorActs
{
    private const string Insert = """
        INSERT INTO operator_act (id, at, person, act, subject, because)
        VALUES (@id, @at, @person, @act, @subject, @because)
        """;

    /// <summary>Records an act in the transaction that carries it out, and returns its id.</summary>
    internal static async Task<string> AddAsync(
        SqlSession session, string person, string act, string subject, string because)
    {
        var now = await session.NowAsync();
        var id = RowId.Create("act_", now);
        await session.ExecuteAsync(Insert,
            ("id", id), ("at", now), ("person", Person.Of(person)), ("act", act), ("subject", subject),
            ("because", Person.Reason(because)));
        return id;
    }
}
