namespace Gateway.Billing;

/// <summary>The append-only record of what people decided about money.</summary>
internal static class OperatorActs
{
    private const string Insert = """
        INSERT INTO operator_act (id, at, person, act, subject, because)
        VALUES (@id, @at, @person, @act, @subject, @because)
        """;

    private const string Exists = "SELECT 1 FROM operator_act WHERE id = @id";

    /// <summary>Records an act in the transaction that carries it out, and returns its id.</summary>
    internal static async Task<string> AddAsync(
        SqlSession session, string person, string act, string subject, string because)
    {
        var id = RowId.Create("act_", await session.NowAsync());
        await AddAsync(session, id, person, act, subject, because);
        return id;
    }

    /// <summary>Records an act under an id that who asks for it has made.</summary>
    internal static async Task AddAsync(
        SqlSession session, string id, string person, string act, string subject, string because) =>
        await session.ExecuteAsync(Insert,
            ("id", id), ("at", await session.NowAsync()), ("person", Person.Of(person)), ("act", act),
            ("subject", subject), ("because", Person.Reason(because)));

    /// <summary>Whether an act was carried out.</summary>
    internal static async Task<bool> ExistsAsync(SqlSession session, string id) =>
        (await session.ListAsync(Exists, row => row.FieldCount, ("id", id))).Count > 0;
}
