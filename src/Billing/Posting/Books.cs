using System.Globalization;

namespace Gateway.Billing;

/// <summary>One entry of a posting group.</summary>
internal readonly record struct Entry(string Account, string Asset, long Amount);

/// <summary>The double-entry books: groups that sum to zero per asset and are never changed.</summary>
internal static class Books
{
    internal const string NanoUsdAsset = "NUSD";
    internal const string RaoAsset = "RAO";

    private const string Insert = """
        INSERT INTO posting (group_id, n, account, asset, amount, kind, ref)
        VALUES (@group, @n, @account, @asset, @amount, @kind, @ref)
        """;

    internal static string Available(string org) => org + "/available";

    internal static string Leased(string org) => org + "/leased";

    internal static string Spent(string org) => org + "/spent";

    /// <summary>A group sums to zero in each asset.</summary>
    /// <exception cref="BrokenInvariantException">This one does not.</exception>
    internal static void Check(string kind, string cause, Entry[] entries)
    {
        foreach (var asset in entries.GroupBy(entry => entry.Asset))
        {
            if (asset.Aggregate(Int128.Zero, (sum, entry) => sum + entry.Amount) != 0)
            {
                throw new BrokenInvariantException(
                    string.Create(CultureInfo.InvariantCulture, $"The group {kind}:{cause} does not sum to zero."));
            }
        }
    }

    /// <summary>Writes a group. Its id is made of its cause, so that the same cause is booked once.</summary>
    internal static async Task PostAsync(SqlSession session, string kind, string cause, params Entry[] entries)
    {
        Check(kind, cause, entries);
        for (var n = 0; n < entries.Length; n++)
        {
            await session.ExecuteAsync(Insert,
                ("group", $"{kind}:{cause}"), ("n", (long)n), ("account", entries[n].Account),
                ("asset", entries[n].Asset), ("amount", entries[n].Amount), ("kind", kind), ("ref", cause));
        }
    }
}
