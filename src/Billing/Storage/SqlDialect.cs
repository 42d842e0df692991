using System.Globalization;
using System.Text.Json;

namespace Gateway.Billing;

/// <summary>The few words in which the two stores' SQL differs. SQLite has one writer, so its row locks are
/// empty.</summary>
/// <param name="LockRow">Ends a SELECT: nobody else changes or shares these rows until the commit.</param>
/// <param name="ShareRow">Ends a SELECT: the rows stay as they are, others may share them and count on them.</param>
/// <param name="TakeLock">A named lock until the commit, parameter <c>name</c>; empty where the writer is
/// alone.</param>
/// <param name="Now">The store's own clock in Unix milliseconds; empty: this process's clock.</param>
/// <param name="BeginSnapshot">Starts reading one state of the whole store.</param>
internal sealed record SqlDialect(string LockRow, string ShareRow, string TakeLock, string Now, string BeginSnapshot)
{
    internal static SqlDialect Sqlite { get; } = new("", "", "", "", "BEGIN")
    {
        Elements = "SELECT value FROM json_each(@{0})",
    };

    // Replicas compare their ages by one clock, the database's: a replica's own may be an hour off. KEY SHARE lets
    // settles, which only count, pass beside grants; whoever closes a replica takes FOR UPDATE and waits for both.
    internal static SqlDialect Postgres { get; } = new(
        " FOR UPDATE",
        " FOR KEY SHARE",
        "SELECT pg_advisory_xact_lock(hashtextextended('gateway.billing.' || @name, 0))",
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint",
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    {
        Elements = "SELECT jsonb_array_elements_text(@{0}::jsonb)",
        LockBudgetRow = " FOR UPDATE OF b",
    };

    /// <summary>As <see cref="LockRow"/> where only the table named b is to be locked.</summary>
    internal string LockBudgetRow { get; private init; } = "";

    private string Elements { get; init; } = "";

    /// <summary>A condition: one of the texts in a parameter made by <see cref="ListOf"/>.</summary>
    internal string InList(string parameter) =>
        "IN (" + string.Format(CultureInfo.InvariantCulture, Elements, parameter) + ")";

    /// <summary>Texts as one parameter, so that a statement stays the same for any number of them.</summary>
    internal static string ListOf(IEnumerable<string> texts) => JsonSerializer.Serialize(texts);
}
