using Gateway.Billing;

namespace Gateway.Simulation;

/// <summary>What the run knows of one incarnation, whatever its process believes.</summary>
/// <param name="number">In the order of birth.</param>
/// <param name="incarnation">Its id.</param>
/// <param name="disk">Where its journal lies.</param>
/// <param name="journal">Its journal, kept after its process's end for what it had flushed.</param>
/// <param name="rollbacks">How often the books had gone back before.</param>
internal sealed class LifeFate(int number, string incarnation, SimDisk disk, Journal journal, int rollbacks)
{
    internal int Number { get; } = number;

    internal string Incarnation { get; } = incarnation;

    internal SimDisk Disk { get; } = disk;

    internal Journal Journal { get; } = journal;

    internal int RollbacksBefore { get; } = rollbacks;

    /// <summary>Whether its money was ever taken back without its journal.</summary>
    internal bool IsForceClosed { get; set; }

    /// <summary>Whether its disk is gone, for now or for good.</summary>
    internal bool IsDiskLost { get; set; }

    /// <summary>Records behind this one may have been lost with the power.</summary>
    internal long LostAfterSeq { get; set; } = long.MaxValue;

    /// <summary>The last record of which its process was told that it is applied.</summary>
    internal long AppliedSeq { get; set; }

    /// <summary>When its process was first told that the books went back.</summary>
    internal long ToldStep { get; private set; } = long.MaxValue;

    /// <summary>Whether all of its journal has been applied, and the books have not gone back since.</summary>
    internal bool IsApplied { get; set; }

    internal void LearnsOfRollback(long step) => ToldStep = long.Min(ToldStep, step);

    /// <summary>The power fails under its disk.</summary>
    internal void CutPower()
    {
        if (Disk.IsDirty)
        {
            LosesUnsynced();
            Disk.CutPower();
        }
    }

    internal void LosesUnsynced() => LostAfterSeq = long.Min(LostAfterSeq, Journal.SyncedSeq);
}
