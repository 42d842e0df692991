namespace Gateway.Simulation;

/// <summary>What a run did.</summary>
/// <param name="Seed">It replays the run exactly.</param>
/// <param name="Requests">Requests asked.</param>
/// <param name="Held">Requests that money was held for.</param>
/// <param name="Crashes">Ends of processes that nobody asked for.</param>
/// <param name="Steps">Actions of the driver.</param>
/// <param name="Uncollectible">Requests that we paid for.</param>
/// <param name="Lost">Acknowledged requests lost with a disk or the power.</param>
/// <param name="Cash">Deposits and refunds.</param>
/// <param name="Failure">The broken invariant; null when there is none.</param>
public sealed record SimulationResult(
    long Seed, long Requests, long Held, long Crashes, long Steps, long Uncollectible, long Lost,
    CashCounts Cash, SimulationFailedException? Failure);

/// <summary>One run: everything in it follows from its seed.</summary>
public static class SimulationRun
{
    /// <summary>Runs on this thread until so many requests were asked or an invariant is broken.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="requests">About how many; the run ends when all is still.</param>
    /// <param name="trace">Where each fault is told; null for nowhere.</param>
    public static SimulationResult Run(long seed, long requests, TextWriter? trace = null)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return new Driver(seed, trace).Run(requests);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }
}
