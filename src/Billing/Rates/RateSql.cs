using System.Data.Common;
using System.Text.Json.Nodes;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The samples: rows that are only added. One that was held is usable once a person has released
/// it.</summary>
internal static class RateSql
{
    private const string SampleLock = "fx_sample";

    private const string IsUsable = "(s.held = 0 OR EXISTS (SELECT 1 FROM fx_release r WHERE r.sample = s.id))";

    private const string At = """
        SELECT s.id, s.rate, s.at, s.held, (SELECT count(*) FROM fx_release r WHERE r.sample = s.id)
        FROM fx_sample s WHERE s.at <= @time AND s.at >= @since ORDER BY s.at DESC, s.id DESC LIMIT 1
        """;

    private const string NewestUsable = $"""
        SELECT s.id, s.rate, s.at FROM fx_sample s
        WHERE s.at <= @time AND {IsUsable} ORDER BY s.at DESC, s.id DESC LIMIT 1
        """;

    private const string Since = $"SELECT s.rate FROM fx_sample s WHERE s.at >= @since AND {IsUsable}";

    private const string Waiting = $"""
        SELECT s.id, s.rate, s.at FROM fx_sample s
        WHERE s.at > @since AND NOT {IsUsable} ORDER BY s.at DESC, s.id DESC
        """;

    private const string LastReleased = """
        SELECT coalesce(max(s.at), 0) FROM fx_sample s JOIN fx_release r ON r.sample = s.id
        """;

    private const string Newest = "SELECT max(at) FROM fx_sample";

    private const string Insert = """
        INSERT INTO fx_sample (id, at, rate, sources, held)
        SELECT coalesce(max(id), 0) + 1, @at, @rate, @sources, @held FROM fx_sample
        """;

    private const string Release = """
        INSERT INTO fx_release (sample, at, person, because)
        SELECT id, @at, @person, @because FROM fx_sample WHERE id = @id AND held = 1
        ON CONFLICT (sample) DO NOTHING
        """;

    /// <summary>The newest sample at or before a moment, at most 10 minutes older; null while it is held: the price
    /// before a jump is not the price of the moments after it.</summary>
    internal static async Task<RateSample?> FindAsync(SqlSession session, long time)
    {
        var found = await session.ListAsync(
            At,
            row => (Sample: Map(row), IsUsable: row.GetInt64(3) == 0 || row.GetInt64(4) > 0),
            ("time", time), ("since", time - RateRule.ServesMs));
        return found is [{ IsUsable: true, Sample: var sample }] ? sample : null;
    }

    /// <summary>The newest usable sample of all.</summary>
    internal static async Task<RateSample?> NewestAsync(SqlSession session)
    {
        var found = await session.ListAsync(NewestUsable, Map, ("time", await session.NowAsync()));
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Held samples that nobody has released and no usable one has followed.</summary>
    internal static async Task<List<RateSample>> WaitingAsync(SqlSession session) => await session.ListAsync(
        Waiting, Map, ("since", (await NewestAsync(session))?.At ?? 0));

    /// <summary>Judges and stores a round; null when another replica has just sampled.</summary>
    internal static async Task<RateVerdict?> SampleAsync(
        SqlSession session, long spacingMs, Func<long, RateMemory, RateVerdict> judge, string sources)
    {
        await session.LockAsync(SampleLock);
        var now = await session.NowAsync();
        var last = (await session.ListAsync(Newest, row => row.IsDBNull(0) ? 0 : row.GetInt64(0)))[0];
        if (last > now - spacingMs)
        {
            return null;
        }

        var verdict = judge(now, await RememberAsync(session, now));
        var rate = verdict switch
        {
            RateVerdict.Usable usable => usable.Rate,
            RateVerdict.Held held => held.Rate,
            _ => default,
        };
        if (verdict is not RateVerdict.None)
        {
            await session.ExecuteAsync(Insert, ("at", now), ("rate", rate.PicoUsdPerRao), ("sources", sources),
                ("held", verdict is RateVerdict.Held ? 1L : 0L));
        }

        return verdict;
    }

    /// <summary>Lets a held sample be used; false when it is not held or was released before.</summary>
    internal static async Task<bool> ReleaseAsync(SqlSession session, long id, string person, string because) =>
        await session.ExecuteAsync(Release, ("id", id), ("at", await session.NowAsync()),
            ("person", Person.Of(person)), ("because", Person.Reason(because))) == 1;

    /// <summary>A round's observations as the row keeps them.</summary>
    internal static string Describe(IEnumerable<RateSight> sights) => new JsonArray([.. sights.Select(
        sight => new JsonObject
        {
            ["source"] = sight.Source,
            ["pusd_per_rao"] = sight.Rate.PicoUsdPerRao,
            ["at"] = sight.At,
        })]).ToJsonString();

    private static async Task<RateMemory> RememberAsync(SqlSession session, long now)
    {
        // What a person has let pass is the new measure: the price before that jump no longer is.
        var released = (await session.ListAsync(LastReleased, row => row.GetInt64(0)))[0];
        var recent = await session.ListAsync(Since, row => new FxRate(row.GetInt64(0)),
            ("since", long.Max(now - RateRule.ServesMs, released)));
        var newest = await NewestAsync(session);
        return new(recent, newest?.Rate, (await WaitingAsync(session)).Count > 0);
    }

    private static RateSample Map(DbDataReader row) => new(row.GetInt64(0), new(row.GetInt64(1)), row.GetInt64(2));
}
