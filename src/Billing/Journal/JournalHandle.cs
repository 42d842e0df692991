namespace Gateway.Billing;

/// <summary>A journal that is being written, with the threads that write it.</summary>
/// <param name="journal">Its core.</param>
/// <param name="disk">Where it lies.</param>
/// <param name="threads">What drives it; null where somebody else does.</param>
internal sealed class JournalHandle(Journal journal, IJournalDisk disk, IDisposable? threads) : IDisposable
{
    internal IJournalDisk Disk { get; } = disk;

    internal Journal Journal { get; } = journal;

    /// <summary>Whether records of requests that start now will find room.</summary>
    internal bool HasRoom => Journal is { HasFailed: false, HasRoom: true };

    /// <summary>Whether a write or flush has failed: what is on the disk is unknown, and this process must
    /// end.</summary>
    internal bool HasFailed => Journal.HasFailed;

    /// <summary>The last record that a death of this process does not lose.</summary>
    internal long WrittenSeq => Journal.WrittenSeq;

    /// <summary>Adds a record; completes when it is durable.</summary>
    internal ValueTask<long> AppendAsync(JournalEntry entry) => Journal.AppendAsync(entry);

    /// <summary>Removes whole segments of records before that one.</summary>
    internal void DeleteBefore(long seq) => Journal.DeleteBefore(seq);

    /// <summary>Writes and flushes what waits, and ends the threads.</summary>
    public void Dispose()
    {
        if (threads is null)
        {
            Journal.Dispose();
        }
        else
        {
            threads.Dispose();
        }

        Disk.Dispose();
    }
}
