namespace Gateway.Billing;

/// <summary>Which segments have been begun, which of them may have bytes that are not on the disk, and which can
/// go.</summary>
internal sealed class WrittenSegments
{
    private readonly Lock _gate = new();
    private readonly List<(long Number, long FirstSeq)> _begun = [];
    private long _current;
    private long _synced;

    /// <summary>The segment being written.</summary>
    internal long Current => Volatile.Read(ref _current);

    internal void Begin(long number, long firstSeq)
    {
        lock (_gate)
        {
            _begun.Add((number, firstSeq));
        }

        Volatile.Write(ref _current, number);
    }

    /// <summary>Flushes every segment that may need it, oldest first: what is on the disk is then a prefix.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    internal void FlushAll(IJournalDisk disk)
    {
        var current = Current;
        for (var number = long.Max(_synced, 1); number <= current; number++)
        {
            disk.Flush(number);
        }

        Volatile.Write(ref _synced, current);
    }

    /// <summary>Removes segments, oldest first, all of whose records are below a seq and flushed.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    internal void DeleteBefore(IJournalDisk disk, long seq)
    {
        lock (_gate)
        {
            while (_begun.Count > 1 && _begun[1].FirstSeq <= seq && _begun[0].Number < Volatile.Read(ref _synced))
            {
                disk.Delete(_begun[0].Number);
                _begun.RemoveAt(0);
            }
        }
    }
}
