using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>What a start does with what earlier processes of this node left: every journal is applied to its end, those
/// of incarnations that were given up too, and then its leases are closed.</summary>
internal sealed partial class Recovery(IBooks books, IJournals journals, string node, ILogger logger)
{
    /// <summary>Applies what is left, apart from what this process is writing itself.</summary>
    /// <param name="isOwn">Whether an incarnation is this process's: asked late, for one may be entered
    /// meanwhile.</param>
    internal async Task RunAsync(Predicate<string> isOwn)
    {
        string[] left = [.. journals.Left().Where(incarnation => !isOwn(incarnation))];
        foreach (var incarnation in left)
        {
            // Again, should the books have gone back or another have applied more of it meanwhile.
            while (!await TryDrainAsync(incarnation))
            {
            }
        }

        // Where the store is this process's alone, an incarnation without a journal has nothing left to say. Elsewhere
        // its journal may merely not be there, or another process may be writing it: it is an orphan like any other.
        foreach (var incarnation in await books.AbandonedAsync())
        {
            if (!left.Contains(incarnation) && !isOwn(incarnation)
                && await books.FindAsync(incarnation) is { } row)
            {
                await books.DrainAsync(incarnation, row.Seq);
                Log.Drained(logger, incarnation, 0);
            }
        }
    }

    private async Task<bool> TryDrainAsync(string incarnation)
    {
        var row = await books.FindAsync(incarnation);
#if MUTANTS
        if (Mutant.Is(4) && row is { State: ReplicaState.Drained or ReplicaState.ForceClosed })
        {
            return true;
        }
#endif
        using var disk = journals.Open(incarnation);
        using var pump = new Pump(books, new(disk, incarnation), node, row?.Seq ?? 0, logger);
        var before = pump.AppliedSeq;
#if MUTANTS
        if (Mutant.Is(3))
        {
            await books.DrainAsync(incarnation, pump.AppliedSeq);
        }
#endif
        await pump.PushAsync();
        if (!await books.DrainAsync(incarnation, pump.AppliedSeq) && await books.FindAsync(incarnation) is not null)
        {
            return false;
        }

        disk.Dispose();
        journals.Trim(incarnation);
        if (pump.AppliedSeq > before || row is { State: ReplicaState.Live or ReplicaState.Orphaned })
        {
            Log.Drained(logger, incarnation, pump.AppliedSeq - before);
        }

        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(2016, LogLevel.Information,
            "Replica {Incarnation} of this node is recovered: {Records} records applied, its leases closed")]
        internal static partial void Drained(ILogger logger, string incarnation, long records);
    }
}
