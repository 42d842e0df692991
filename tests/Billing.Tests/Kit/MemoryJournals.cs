using Gateway.Billing.Tests.Journals;

namespace Gateway.Billing.Tests.Kit;

/// <summary>Journals on disks in memory, which tests fill and break; each append is written by its caller.</summary>
internal sealed class MemoryJournals : IJournals
{
    private readonly SortedDictionary<string, MemoryDisk> _disks = [];

    /// <summary>The disk of the journal made last, and the journal.</summary>
    internal MemoryDisk Disk { get; private set; } = new();

    internal Journal? Journal { get; private set; }

    public IReadOnlyList<string> Left() => [.. _disks.Keys];

    public IJournalDisk Open(string incarnation) => _disks[incarnation];

    public JournalHandle Create(string incarnation)
    {
        _disks.Add(incarnation, Disk = new());
        var journal = new Journal(Disk, new(incarnation), JournalNode.Small);
        journal.Signal = () => journal.WriteGroup();
        Journal = journal;
        return new(journal, Disk, null);
    }

    public void Clean(Func<string, bool> isApplied)
    {
    }
}
