namespace Gateway.Simulation;

/// <summary>The process ends in the middle of a system call.</summary>
internal sealed class ProcessKilledException(bool isPowerCut) : Exception
{
    internal bool IsPowerCut { get; } = isPowerCut;
}
