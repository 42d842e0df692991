namespace Gateway.Billing;

/// <summary>Sizes and habits of a journal. What a reader must know stands in the segments, so that options may change
/// between two incarnations.</summary>
internal sealed record JournalOptions
{
    /// <summary>Bytes of a segment: a multiple of <see cref="BlockLength"/>.</summary>
    internal long SegmentLength { get; init; } = 64L << 20;

    /// <summary>Bytes of a hashed block: a power of two from 8 KiB to 64 KiB.</summary>
    internal int BlockLength { get; init; } = BlockLayout.MaxBlock;

    /// <summary>Segments made ahead, one or more: what in-flight settles live on when the disk is full.</summary>
    internal int SpareSegments { get; init; } = 2;

    /// <summary>At most this many bytes of records in one write, unless one record alone is longer.</summary>
    internal int GroupBytes { get; init; } = 256 << 10;

    /// <summary>At most this many records may wait to become durable.</summary>
    internal int RingLimit { get; init; } = 65_536;

    /// <summary>When an append is complete.</summary>
    internal Durability Durability { get; init; }

    /// <summary>Whether whoever waits goes on inside the writer's call: for the simulator, which has one
    /// thread.</summary>
    internal bool RunsInline { get; init; }

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Check()
    {
        if (!BlockLayout.IsValid(BlockLength, SegmentLength))
        {
            throw new ArgumentException($"{SegmentLength} bytes are not whole blocks of {BlockLength} bytes.");
        }

        if (SpareSegments < 1 || RingLimit < 1 || GroupBytes is < 1 or > GroupHeader.MaxRecords)
        {
            throw new ArgumentException($"A journal's option is out of range: {this}");
        }
    }
}
