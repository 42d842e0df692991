using System.Diagnostics;
using Gateway.Billing;
using Gateway.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Bench.Ledger;

/// <summary>What a record in the journal costs, on a real folder: the append itself with its share of the group's
/// write; what a caller waits for its group; how many records a second pass; and reading them back.</summary>
internal static class JournalBench
{
    /// <summary>The name that <c>bench</c> runs it by.</summary>
    public const string Role = "ledger-journal";

    private const string Incarnation = "0199f1c2a3b47c5d8e6f708192a3b4c5";
    private const int WarmUp = 20_000;
    private const int GroupSize = 16;
    private const int InFlight = 256;

    private static readonly TimeSpan FlushEvery = TimeSpan.FromMilliseconds(2);

    /// <summary>Options: <c>--records N</c> (default 300000), <c>--dir FOLDER</c> (default: a temporary one).</summary>
    public static async Task<int> RunAsync(Arguments arguments)
    {
        Measures.WriteMachine();
        var records = arguments.Number("--records", 300_000);
        var parent = Directory.CreateDirectory(arguments.Text("--dir") ?? Path.GetTempPath()).FullName;
        var folder = Directory.CreateDirectory(Path.Combine(parent, $"journal-bench-{Environment.ProcessId}"));
        try
        {
            MeasureAppends(Path.Combine(folder.FullName, "append"), records);
            await MeasureWaitAsync(Path.Combine(folder.FullName, "wait"), records / 10, Durability.Write);
            await MeasureWaitAsync(Path.Combine(folder.FullName, "strict"), records / 100, Durability.Strict);
            await MeasureThroughputAsync(Path.Combine(folder.FullName, "throughput"), records);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }

    // One thread appends and writes, so that nothing but the work itself is timed; another flushes as in production.
    private static void MeasureAppends(string folder, int records)
    {
        using var disk = new FileJournalDisk(folder);
        using var journal = new Journal(disk, new(Incarnation), new() { RunsInline = true });
        using var stop = new ManualResetEventSlim();
        var flusher = new Thread(() =>
        {
            while (!stop.Wait(FlushEvery))
            {
                journal.Flush();
            }
        });
        flusher.Start();
        var entries = Entries();
        AppendGroups(journal, entries, new double[WarmUp / GroupSize * GroupSize]);
        var times = new double[records / GroupSize * GroupSize];
        AppendGroups(journal, entries, times);
        stop.Set();
        flusher.Join();
        WritePercentiles("ledger.journal_append_ns", "ns", times, Durability.Write);
        MeasureRead(disk, journal.WrittenSeq);
    }

    private static void AppendGroups(Journal journal, JournalEntry[] entries, double[] times)
    {
        var waiting = new ValueTask<long>[GroupSize];
        for (var group = 0; group < times.Length; group += GroupSize)
        {
            for (var i = 0; i < GroupSize; i++)
            {
                var before = Stopwatch.GetTimestamp();

                // Taken once, below: a task object per append would be timed as well.
#pragma warning disable CA2012
                waiting[i] = journal.AppendAsync(entries[(group + i) % entries.Length]);
#pragma warning restore CA2012
                times[group + i] = Stopwatch.GetElapsedTime(before).TotalNanoseconds;
            }

            var start = Stopwatch.GetTimestamp();
            journal.WriteGroup();
            var share = Stopwatch.GetElapsedTime(start).TotalNanoseconds / GroupSize;
            for (var i = 0; i < GroupSize; i++)
            {
                times[group + i] += share;
                _ = waiting[i].GetAwaiter().GetResult();
            }
        }
    }

    private static void MeasureRead(FileJournalDisk disk, long records)
    {
        using var reader = new JournalReader(disk, 1);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < records; i++)
        {
            if (!reader.TryRead(out _, out _))
            {
                throw new InvalidOperationException($"Only {i} of {records} records are readable.");
            }
        }

        Measures.Write("ledger.journal_read_ns", Stopwatch.GetElapsedTime(start).TotalNanoseconds / records, "ns");
    }

    private static async Task MeasureWaitAsync(string folder, int records, Durability durability)
    {
        using var disk = new FileJournalDisk(folder);
        using var journal = new Journal(disk, new(Incarnation), new() { Durability = durability });
        using var threads = new JournalThreads(journal, NullLogger.Instance);
        var entries = Entries();
        var times = new double[records];
        for (var i = 0; i < records; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await journal.AppendAsync(entries[i % entries.Length]);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        WritePercentiles("ledger.journal_wait_us", "us", times[(records / 10)..], durability);
    }

    private static async Task MeasureThroughputAsync(string folder, int records)
    {
        using var disk = new FileJournalDisk(folder);
        using var journal = new Journal(disk, new(Incarnation), new());
        using var threads = new JournalThreads(journal, NullLogger.Instance);
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(async () =>
        {
            var entries = Entries();
            for (var i = 0; i < records / InFlight; i++)
            {
                await journal.AppendAsync(entries[i % entries.Length]);
            }
        })));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var rate = journal.WrittenSeq / seconds;
        Measures.Write("ledger.journal_records_per_second", rate, "1/s", ("in_flight", InFlight));
    }

    private static void WritePercentiles(string measure, string unit, double[] times, Durability durability)
    {
        Array.Sort(times);
        foreach (var percentile in (int[])[50, 99])
        {
            var value = Measures.Percentile(times, percentile);
            Measures.Write(measure, value, unit, ("percentile", percentile), ("durability", durability.ToString()));
        }
    }

    // Ordinary settles: one attempt at a miner, two budgets, both commitments.
    private static JournalEntry[] Entries()
    {
        var now = TimeProvider.System.GetUtcNow();
        var hotkey = new Hotkey("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
        var attempt = new AttemptRecord(
            $"sn4/{hotkey}", new(4), 17, hotkey, 0, 240, AttemptOutcome.Complete, "", 180)
        {
            Share = new(8_000),
        };
        var model = new ModelId("llama-3.3-70b");
        var payer = new Payer(new(Guid.CreateVersion7(now)), new(Guid.CreateVersion7(now))) { Project = "proj_1" };
        string[] budgets = [$"{payer.Key}/2026-11", $"{payer.Org}/2026-11"];
        return [.. Enumerable.Range(0, 64).Select(i => new JournalEntry.Settle(new(
            new(Guid.CreateVersion7(now)),
            payer,
            new(
                Ending.Complete,
                model,
                new(100 + i, 0, 240, 0),
                false,
                "stop",
                [attempt],
                new("/v1/chat/completions", model, "fastest", now, now.AddSeconds(2))),
            new(20_000),
            new(11_000 + i),
            3,
            budgets,
            new(new byte[32], new byte[32]))))];
    }
}
