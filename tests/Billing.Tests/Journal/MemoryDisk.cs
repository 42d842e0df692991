using System.Globalization;

namespace Gateway.Billing.Tests.Journals;

/// <summary>A disk behind a page cache: a crash keeps what was flushed and whichever other writes the test
/// says.</summary>
internal sealed class MemoryDisk : IJournalDisk
{
    private readonly SortedDictionary<long, byte[]> _segments = [];
    private readonly Dictionary<long, long> _ends = [];
    private readonly List<Written> _unflushed = [];

    /// <summary>Writes that a crash may lose, oldest first.</summary>
    internal IReadOnlyList<Written> Unflushed => _unflushed;

    /// <summary>Writes that were ever made.</summary>
    internal int Writes { get; private set; }

    internal int Flushes { get; private set; }

    /// <summary>Reads that were ever made, and their bytes.</summary>
    internal (int Count, long Bytes) Reads { get; private set; }

    /// <summary>Segments that still can be made.</summary>
    internal int Space { get; set; } = int.MaxValue;

    /// <summary>When set, the next write keeps this many bytes and fails.</summary>
    internal int? ShortWrite { get; set; }

    internal bool FailsToFlush { get; set; }

    public IReadOnlyList<long> Segments() => [.. _segments.Keys];

    public void Create(long segment, long length)
    {
        if (Space-- <= 0)
        {
            Space = 0;
            throw new IOException("The disk is full.");
        }

        _segments.Add(segment, new byte[length]);
    }

    public void Write(long segment, long offset, ReadOnlySpan<byte> bytes)
    {
        Writes++;
        if (ShortWrite is { } kept)
        {
            bytes[..int.Min(kept, bytes.Length)].CopyTo(_segments[segment].AsSpan((int)offset));
            throw new IOException("Short write.");
        }

        bytes.CopyTo(_segments[segment].AsSpan((int)offset));
        _ends[segment] = offset + bytes.Length;
        _unflushed.Add(new(segment, offset, bytes.ToArray()));
    }

    public void Flush(long segment)
    {
        Flushes++;
        if (FailsToFlush)
        {
            throw new IOException("The disk is broken.");
        }

        _unflushed.RemoveAll(write => write.Segment == segment);
    }

    public int Read(long segment, long offset, Span<byte> into)
    {
        var bytes = _segments[segment].AsSpan((int)long.Min(offset, _segments[segment].Length));
        var length = int.Min(bytes.Length, into.Length);
        bytes[..length].CopyTo(into);
        Reads = (Reads.Count + 1, Reads.Bytes + length);
        return length;
    }

    public void Delete(long segment) => _segments.Remove(segment);

    public string NameOf(long segment) => segment.ToString(CultureInfo.InvariantCulture) + ".journal";

    public void Dispose()
    {
    }

    /// <summary>The bytes themselves, to spoil them.</summary>
    internal Span<byte> this[long segment] => _segments[segment];

    /// <summary>Where the last write to a segment ended.</summary>
    internal long EndOf(long segment) => _ends.GetValueOrDefault(segment);

    /// <summary>What a power cut leaves, when of the unflushed writes those remain.</summary>
    internal MemoryDisk Crash(Func<int, bool> remains)
    {
        var after = Copy();
        for (var i = 0; i < _unflushed.Count; i++)
        {
            var (segment, offset, bytes) = _unflushed[i];
            if (!remains(i))
            {
                after[segment].Slice((int)offset, bytes.Length).Clear();
            }
        }

        return after;
    }

    internal MemoryDisk Copy()
    {
        var copy = new MemoryDisk();
        foreach (var (number, bytes) in _segments)
        {
            copy._segments.Add(number, [.. bytes]);
        }

        return copy;
    }

    internal sealed record Written(long Segment, long Offset, byte[] Bytes);
}
