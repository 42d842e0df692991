#if MUTANTS
namespace Gateway.ChainBridge;

/// <summary>Faults put into the chain's client on purpose, one at a time, to see that the money simulator notices. Only
/// a build with <c>-p:Mutants=true</c> has them.</summary>
internal static class Mutant
{
    /// <summary>The fault at work, by its number in docs/simulator.md; zero: none.</summary>
    internal static int Active { get; set; }

    internal static bool Is(int number) => Active == number;
}
#endif
