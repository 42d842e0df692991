namespace Gateway.Billing;

/// <summary>A price file that waits for a second person.</summary>
internal sealed record PriceProposal(string Hash, long At, string Author, string Reason);

/// <summary>Who changed prices, and what waits to be changed: rows that are only added.</summary>
internal static class PriceChangeSql
{
    private const string Open = """
        SELECT p.hash, p.at, p.author, p.reason FROM price_proposal p
        WHERE p.hash = @hash AND p.at > @since
            AND NOT EXISTS (SELECT 1 FROM price_approval a WHERE a.hash = p.hash AND a.proposed = p.at)
        ORDER BY p.at LIMIT 1
        """;

    // What was right a week ago may not be now: it is proposed again.
    internal const long OpenMs = 7 * 86_400_000L;

    private const string Propose = """
        INSERT INTO price_proposal (hash, at, author, reason, content)
        VALUES (@hash, @at, @author, @reason, @content) ON CONFLICT (hash, at) DO NOTHING
        """;

    private const string Approve =
        "INSERT INTO price_approval (hash, proposed, at, approver) VALUES (@hash, @proposed, @at, @approver)";

    private const string Record = """
        INSERT INTO price_change (id, at, author, approver, reason, model, version, before, after)
        SELECT coalesce(max(id), 0) + 1, @at, @author, @approver, @reason, @model, @version, @before, @after
        FROM price_change
        """;

    /// <summary>The first proposal of these prices in the last 7 days that nobody has approved.</summary>
    internal static async Task<PriceProposal?> FindOpenAsync(SqlSession session, string hash) =>
        await session.FirstAsync(
            Open,
            row => new PriceProposal(row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetString(3)),
            ("hash", hash), ("since", await session.NowAsync() - OpenMs));

    /// <summary>Keeps a file until a second person has seen it; proposed again it is the first proposal that
    /// waits.</summary>
    internal static async Task ProposeAsync(
        SqlSession session, string hash, string author, string reason, string content)
    {
        if (await FindOpenAsync(session, hash) is null)
        {
            await session.ExecuteAsync(Propose, ("hash", hash), ("at", await session.NowAsync()),
                ("author", author), ("reason", reason), ("content", content));
        }
    }

    internal static async Task ApproveAsync(SqlSession session, PriceProposal proposal, string approver) =>
        await session.ExecuteAsync(Approve, ("hash", proposal.Hash), ("proposed", proposal.At),
            ("at", await session.NowAsync()), ("approver", approver));

    internal static Task<int> RecordAsync(
        SqlSession session, long at, long version, PriceDecision decision, PriceVersion? before, PriceEntry after) =>
        session.ExecuteAsync(Record, ("at", at), ("author", decision.Author), ("approver", decision.Approver),
            ("reason", decision.Reason), ("model", after.Model.Value), ("version", version),
            ("before", before is null ? null : PriceFile.Line(new(before.Model, before.Prices, before.SharePpm))),
            ("after", PriceFile.Line(after)));
}

/// <summary>Who wanted a change of prices, who agreed where two were needed, and why.</summary>
internal sealed record PriceDecision(string Author, string? Approver, string Reason);
