using System.Diagnostics;

namespace Gateway.Simulation;

/// <summary>What several runs did in all.</summary>
/// <param name="Runs">Seeds run to their end.</param>
/// <param name="Requests">Requests asked.</param>
/// <param name="Held">Requests that money was held for.</param>
/// <param name="Crashes">Ends of processes that nobody asked for.</param>
/// <param name="Cash">Deposits and refunds.</param>
/// <param name="Failure">The first run that broke an invariant; null when none did.</param>
public sealed record SimulationTotals(
    long Runs, long Requests, long Held, long Crashes, CashCounts Cash, SimulationResult? Failure)
{
    /// <summary>Nothing yet.</summary>
    public static SimulationTotals None { get; } = new(0, 0, 0, 0, default, null);

    /// <summary>With one run more.</summary>
    public SimulationTotals Plus(SimulationResult result) => new(
        Runs + 1, Requests + result.Requests, Held + result.Held, Crashes + result.Crashes,
        Cash.Plus(result.Cash),
        Failure ?? (result.Failure is null ? null : result));
}

/// <summary>Runs of seed after seed, each on one thread.</summary>
public static class SimulationRuns
{
    /// <summary>Requests of one run.</summary>
    public const long RequestsEach = 100_000;

    /// <summary>Runs seeds, ascending, until so many requests were asked, the time is over, or one fails.</summary>
    /// <param name="seed">The first.</param>
    /// <param name="requests">In all; each run has <see cref="RequestsEach"/> at most.</param>
    /// <param name="threads">One or more.</param>
    /// <param name="limit">No run begins later than this.</param>
    /// <param name="progress">Told after each run, on its thread.</param>
    public static SimulationTotals Run(
        long seed, long requests, int threads, TimeSpan limit, Action<SimulationTotals>? progress = null)
    {
        var gate = new Lock();
        var (totals, next, asked) = (SimulationTotals.None, seed, 0L);
        var clock = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(Work)).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        return totals;

        void Work()
        {
            while (TryTake(out var mine, out var count))
            {
                var result = SimulationRun.Run(mine, count);
                lock (gate)
                {
                    totals = totals.Plus(result);
                    progress?.Invoke(totals);
                }
            }
        }

        bool TryTake(out long mine, out long count)
        {
            lock (gate)
            {
                (mine, count) = (next++, long.Min(RequestsEach, requests - asked));
                asked += count;
                return count > 0 && totals.Failure is null && clock.Elapsed < limit;
            }
        }
    }
}
