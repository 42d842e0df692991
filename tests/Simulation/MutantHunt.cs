#if MUTANTS
using Gateway.Billing;

namespace Gateway.Simulation;

/// <summary>How a fault put in on purpose was found.</summary>
/// <param name="Number">The fault.</param>
/// <param name="Name">What it does.</param>
/// <param name="Found">The run that found it; null when it survived.</param>
public sealed record Kill(int Number, string Name, SimulationResult? Found);

/// <summary>Runs the simulator against each fault: every one must be found.</summary>
public static class MutantHunt
{
    private static readonly (int Number, string Name)[] Faults =
    [
        (1, "push without fence"), (2, "ack before write"), (3, "close before drain"),
        (4, "closed replica's journal ignored"), (5, "late settle charged"), (6, "late settle dropped"),
        (7, "grant retry without op_seq"), (8, "grant without guard"), (9, "double arithmetic"),
        (10, "rounding per item"), (11, "loser billed"), (12, "charge on error"), (13, "bill unflushed"),
        (14, "credit at best head"), (15, "deposit id without event index"), (16, "skip blocks"),
        (17, "refund at today's rate"), (18, "keep lease after rollback"), (19, "synced_seq ignored"),
        (20, "re-sign with a new nonce"),
    ];

    /// <summary>How many faults there are.</summary>
    public static int Count => Faults.Length;

    /// <summary>Hunts them one after the other.</summary>
    /// <param name="seed">The first seed of each hunt.</param>
    /// <param name="seeds">Seeds at most for one.</param>
    public static IEnumerable<Kill> Run(long seed, int seeds)
    {
        foreach (var (number, name) in Faults)
        {
            (Mutant.Active, ChainBridge.Mutant.Active) = (number, number);
            var found = Enumerable.Range(0, seeds)
                .Select(n => SimulationRun.Run(seed + n, SimulationRuns.RequestsEach))
                .FirstOrDefault(result => result.Failure is not null);
            (Mutant.Active, ChainBridge.Mutant.Active) = (0, 0);
            yield return new(number, name, found);
        }
    }
}
#endif
