namespace Gateway.Simulation;

/// <summary>A run broke an invariant.</summary>
public sealed class SimulationFailedException : Exception
{
    /// <param name="invariant">Its number in docs/ledger.md, or a word.</param>
    /// <param name="message">What was seen.</param>
    public SimulationFailedException(string invariant, string message)
        : base($"{invariant}: {message}") => Invariant = invariant;

    /// <summary>Which one.</summary>
    public string Invariant { get; }
}
