namespace Gateway.Billing;

/// <summary>The folder of one incarnation's journal: numbered segments of one length. The simulator has its own, with a
/// page cache that a crash loses.</summary>
internal interface IJournalDisk : IDisposable
{
    /// <summary>Numbers of the segments that exist, ascending.</summary>
    public IReadOnlyList<long> Segments();

    /// <summary>Makes a segment of that many zero bytes, its space reserved and its name durable.</summary>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public void Create(long segment, long length);

    /// <summary>Writes into the operating system's cache: survives the process, not the machine.</summary>
    /// <exception cref="IOException">The disk is full or broken; part of it may have been written.</exception>
    public void Write(long segment, long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Brings what was written to the disk.</summary>
    /// <exception cref="IOException">It failed, and what was lost is unknown: never tried again.</exception>
    public void Flush(long segment);

    /// <summary>Reads up to the span's length; fewer bytes at the segment's end.</summary>
    public int Read(long segment, long offset, Span<byte> into);

    /// <summary>Removes a segment.</summary>
    public void Delete(long segment);

    /// <summary>How an error message names a segment.</summary>
    public string NameOf(long segment);
}
