using System.Data.Common;
using Gateway.Router.Gating;

namespace Gateway.Router.Storage;

/// <summary>The statements about what the gate has learned.</summary>
internal static class GateSql
{
    /// <summary>Whose rows hold what was folded.</summary>
    internal static Guid Base => Guid.Empty;

    private const string Columns = "incarnation, kind, name, generation, seq, landmark, result, weight";

    /// <summary>Writes own rows; one that is not newer changes nothing.</summary>
    internal static async Task<int> PushAsync(
        StoreSession session, Guid incarnation, IReadOnlyCollection<NamedRow> rows, long now)
    {
        foreach (var row in rows)
        {
            await WriteAsync(session, row);
        }

        return await session.ExecuteAsync("""
            INSERT INTO gate_replica (incarnation, seen) VALUES (@p0, @p1)
            ON CONFLICT (incarnation) DO UPDATE SET seen = excluded.seen
            """, incarnation.ToString(), now);
    }

    /// <summary>All runs there are, with the time each was last heard of.</summary>
    internal static Task<List<(Guid Incarnation, long Seen)>> ReplicasAsync(StoreSession session) =>
        session.ListAsync("SELECT incarnation, seen FROM gate_replica",
            reader => (Guid.Parse(reader.GetString(0)), reader.GetInt64(1)));

    /// <summary>All rows of a run.</summary>
    internal static Task<List<NamedRow>> RowsAsync(StoreSession session, Guid incarnation) => session.ListAsync(
        $"SELECT {Columns} FROM gate_sum WHERE incarnation = @p0", Read, incarnation.ToString());

    /// <summary>Adds the rows of runs that are silent for long to the base's, and forgets the runs.</summary>
    /// <param name="session">One transaction: either all of it happens, or nothing.</param>
    /// <param name="silentSince">Whoever was not heard of since then.</param>
    /// <param name="halfLife">Of the sums, in seconds: rows have different landmarks.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <returns>How many runs were folded.</returns>
    internal static async Task<int> FoldAsync(StoreSession session, long silentSince, double halfLife, long now)
    {
        // The one that deletes a run's row folds it; another one folding at the same time waits here, and finds none.
        var silent = new List<Guid>();
        foreach (var (incarnation, seen) in await ReplicasAsync(session))
        {
            if (incarnation != Base && seen < silentSince && await session.ExecuteAsync(
                "DELETE FROM gate_replica WHERE incarnation = @p0 AND seen < @p1", incarnation.ToString(), silentSince)
                == 1)
            {
                silent.Add(incarnation);
            }
        }

        if (silent.Count == 0)
        {
            return 0;
        }

        await PushAsync(session, Base, [], now);
        var folded = (await RowsAsync(session, Base)).ToDictionary(row => (row.Kind, row.Name));
        foreach (var incarnation in silent)
        {
            foreach (var row in await RowsAsync(session, incarnation))
            {
                Fold(folded, row, halfLife);
            }

            await session.ExecuteAsync("DELETE FROM gate_sum WHERE incarnation = @p0", incarnation.ToString());
        }

        await session.ExecuteAsync("DELETE FROM gate_sum WHERE incarnation = @p0", Base.ToString());
        foreach (var row in folded.Values)
        {
            await WriteAsync(session, row);
        }

        return silent.Count;
    }

    private static void Fold(Dictionary<(string, string), NamedRow> folded, NamedRow row, double halfLife)
    {
        var own = row.Row with { Incarnation = Base };
        var key = (row.Kind, row.Name);
        if (folded.TryGetValue(key, out var known) && known.Row.Generation >= own.Generation)
        {
            if (known.Row.Generation > own.Generation)
            {
                return;
            }

            // On the newer landmark: on an old one the weights of later outcomes would grow beyond any number.
            var landmark = Math.Max(own.Landmark, known.Row.Landmark);
            own = known.Row with
            {
                Landmark = landmark,
                Sums = Rebased(known.Row, landmark, halfLife) + Rebased(own, landmark, halfLife),
                Sequence = known.Row.Sequence + 1,
            };
        }

        folded[key] = row with { Row = own };
    }

    private static Sums Rebased(in SumRow row, double landmark, double halfLife) =>
        row.Sums * Math.Pow(2, (row.Landmark - landmark) / halfLife);

    private static Task<int> WriteAsync(StoreSession session, NamedRow named)
    {
        var row = named.Row;
        return session.ExecuteAsync($"""
            INSERT INTO gate_sum ({Columns}) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7)
            ON CONFLICT (incarnation, kind, name, generation) DO UPDATE
            SET seq = excluded.seq, landmark = excluded.landmark, result = excluded.result, weight = excluded.weight
            WHERE excluded.seq > gate_sum.seq
            """,
            row.Incarnation.ToString(), named.Kind, named.Name, (long)row.Generation, row.Sequence, row.Landmark,
            row.Sums.Result, row.Sums.Weight);
    }

    private static NamedRow Read(DbDataReader reader) => new(
        reader.GetString(1),
        reader.GetString(2),
        new(
            Guid.Parse(reader.GetString(0)), 0, (int)reader.GetInt64(3), reader.GetInt64(4), reader.GetDouble(5),
            new(reader.GetDouble(6), reader.GetDouble(7))));
}
