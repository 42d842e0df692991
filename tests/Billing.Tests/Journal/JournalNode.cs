namespace Gateway.Billing.Tests.Journals;

/// <summary>A journal without threads on a disk in memory.</summary>
internal sealed class JournalNode : IDisposable
{
    internal const string Incarnation = "0199f1c2a3b47c5d8e6f708192a3b4c5";

    internal static readonly JournalOptions Small = new()
    {
        SegmentLength = 16 << 10,
        BlockLength = 8 << 10,
        RingLimit = 1024,
        RunsInline = true,
    };

    internal JournalNode(JournalOptions? options = null, MemoryDisk? disk = null)
    {
        Disk = disk ?? new();
        Journal = new(Disk, new(Incarnation), options ?? Small);
    }

    internal MemoryDisk Disk { get; }

    internal Journal Journal { get; }

    /// <summary>Appends moves of leases, all written in one group; their amounts are their seqs.</summary>
    internal void Write(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _ = Journal.AppendAsync(Move(Journal.AppendedSeq + 1)).Preserve();
        }

        Journal.WriteGroup();
    }

    internal static JournalEntry.LeaseMoved Move(long seq) => new("org_1", "org_1", seq, seq);

    /// <summary>All that can be read, checked to be the first of what <see cref="Write"/> wrote.</summary>
    internal static int CountOf(IJournalDisk disk, long from = 1)
    {
        using var reader = new JournalReader(disk, from);
        var next = from;
        for (; reader.TryRead(out var seq, out var entry); next++)
        {
            Assert.Equal(next, seq);
            Assert.Equal(Move(seq), entry);
        }

        return (int)(next - from);
    }

    public void Dispose() => Journal.Dispose();
}
