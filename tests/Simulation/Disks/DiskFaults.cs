namespace Gateway.Simulation;

/// <summary>What a machine's disk does next.</summary>
internal enum DiskFault
{
    /// <summary>What it should.</summary>
    None,

    /// <summary>It fails, having done part of it.</summary>
    Broken,

    /// <summary>The process is killed in the middle of it.</summary>
    Killed,

    /// <summary>The power fails in the middle of it.</summary>
    PowerCut,
}

/// <summary>The faults of one machine's disk.</summary>
internal sealed class DiskFaults
{
    private DiskFault _fault;
    private int _calls;

    /// <summary>Whether no segment can be made.</summary>
    internal bool IsFull { get; set; }

    /// <summary>Lets a later call fail.</summary>
    internal void Plan(DiskFault fault, int calls) => (_fault, _calls) = (fault, calls);

    internal void Clear() => (_fault, _calls, IsFull) = (DiskFault.None, 0, false);

    internal DiskFault Next()
    {
        if (_calls == 0 || --_calls > 0)
        {
            return DiskFault.None;
        }

        var fault = _fault;
        _fault = DiskFault.None;
        return fault;
    }

    internal Exception Failure(DiskFault fault) => fault == DiskFault.Broken
        ? new IOException("The disk is broken.")
        : new ProcessKilledException(fault == DiskFault.PowerCut);
}
