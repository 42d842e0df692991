using Gateway.Billing;

namespace Gateway.Simulation;

/// <summary>The journals of a machine, as one process of it sees them.</summary>
internal sealed class SimJournals(World world, Machine machine, SimProcess process, JournalOptions options) : IJournals
{
    private readonly List<LifeFate> _written = [];

    /// <summary>Those that this process writes.</summary>
    internal IReadOnlyList<LifeFate> Written => _written;

    public IReadOnlyList<string> Left() => [.. machine.Folder.Keys];

    public IJournalDisk Open(string incarnation) => machine.Folder[incarnation].Disk;

    public JournalHandle Create(string incarnation)
    {
        if (machine.Faults.IsFull)
        {
            throw new IOException("The disk is full.");
        }

        var disk = new SimDisk(world, machine.Faults);
        var journal = new Journal(disk, new(incarnation), options);
        var life = machine.Oracle.Begin(incarnation, disk, journal);
        machine.Folder.Add(incarnation, life);
        _written.Add(life);
        return new(journal, disk, new Ending(this, life));
    }

    public void Trim(string incarnation)
    {
    }

    // When a journal may go depends on how far back the books may be set: the machine knows.
    public void Clean(Func<string, bool> isApplied)
    {
    }

    // What the threads do at the end: what waits is written first.
    private sealed class Ending(SimJournals journals, LifeFate life) : IDisposable
    {
        public void Dispose()
        {
            if (!journals.IsDead && !life.Journal.HasFailed)
            {
                while (life.Journal.WriteGroup())
                {
                }

                life.Journal.Flush();
            }

            life.Journal.Dispose();
            journals._written.Remove(life);
        }
    }

    private bool IsDead => process.IsDead;
}
