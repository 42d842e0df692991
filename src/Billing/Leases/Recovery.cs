using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>What a start does with what earlier processes of this node left: every journal is applied to its end, those
/// of incarnations that were given up too, and then its leases are closed.</summary>
internal sealed partial class Recovery(IBooks books, IJournals journals, string node, ILogger logger)
{
    internal async Task RunAsync()
    {
        var left = journals.Left();
        foreach (var incarnation in left)
        {
            await DrainAsync(incarnation);
        }

        // Where the store is this process's alone, an incarnation without a journal has nothing left to say.
        foreach (var incarnation in await books.OpenAsync(node))
        {
            if (!left.Contains(incarnation) && await books.FindAsync(incarnation) is { } row)
            {
                await books.DrainAsync(incarnation, row.Seq);
                Log.Drained(logger, incarnation, 0);
            }
        }
    }

    private async Task DrainAsync(string incarnation)
    {
        var before = await books.FindAsync(incarnation);
#if MUTANTS
        if (Mutant.Is(4) && before is { State: ReplicaState.Drained or ReplicaState.ForceClosed })
        {
            return;
        }
#endif
        using var disk = journals.Open(incarnation);
        long? end;
        do
        {
            end = await TryDrainAsync(incarnation, disk);
        }
        while (end is null);

        disk.Dispose();
        journals.Trim(incarnation);
        if (end > (before?.Seq ?? 0) || before is { State: ReplicaState.Live or ReplicaState.Orphaned })
        {
            Log.Drained(logger, incarnation, end.Value - (before?.Seq ?? 0));
        }
    }

    // Asks the books each time where they are: a push of the dead process may arrive late, and then a journal that lost
    // these records to a power cut has nothing to tell them apart by.
    private async Task<long?> TryDrainAsync(string incarnation, IJournalDisk disk)
    {
        var row = await books.FindAsync(incarnation);
        using var pump = new Pump(books, new(disk, incarnation), node, row?.Seq ?? 0, logger);
#if MUTANTS
        if (Mutant.Is(3))
        {
            await books.DrainAsync(incarnation, pump.AppliedSeq);
        }
#endif
        await pump.PushAsync();
        return await books.DrainAsync(incarnation, pump.AppliedSeq) || await books.FindAsync(incarnation) is null
            ? pump.AppliedSeq
            : null;
    }

    private static partial class Log
    {
        [LoggerMessage(2016, LogLevel.Information,
            "Replica {Incarnation} of this node is recovered: {Records} records applied, its leases closed")]
        internal static partial void Drained(ILogger logger, string incarnation, long records);
    }
}
