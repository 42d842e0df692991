using System.Diagnostics.CodeAnalysis;

namespace Gateway.Simulation;

/// <summary>The process ends in the middle of a system call.</summary>
[SuppressMessage("Design", "CA1064", Justification = "It never leaves a run.")]
internal sealed class ProcessKilledException(bool isPowerCut) : Exception
{
    internal bool IsPowerCut { get; } = isPowerCut;
}
