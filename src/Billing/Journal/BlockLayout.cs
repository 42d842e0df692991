namespace Gateway.Billing;

/// <summary>Where bytes of a segment's stream lie. A segment is a row of blocks; the last 32 bytes of each are its
/// seal, and the stream flows around the seals: the segment's header first, then groups, one after the other.</summary>
/// <param name="BlockLength">Bytes of a block, seal included.</param>
/// <param name="SegmentLength">Bytes of the segment: whole blocks.</param>
internal readonly record struct BlockLayout(int BlockLength, long SegmentLength)
{
    internal const int SealLength = 32;
    internal const int MinBlock = 8 << 10;
    internal const int MaxBlock = 64 << 10;

    internal static bool IsValid(int blockLength, long segmentLength) =>
        blockLength is >= MinBlock and <= MaxBlock
        && int.IsPow2(blockLength)
        && segmentLength >= blockLength
        && segmentLength % blockLength == 0;

    /// <summary>Bytes of the stream from an offset to the end of its block.</summary>
    internal int RoomInBlock(long offset) => BlockLength - SealLength - (int)(offset % BlockLength);

    /// <summary>Bytes of the stream from an offset to the end of the segment.</summary>
    internal long Room(long offset)
    {
        if (offset >= SegmentLength)
        {
            return 0;
        }

        var blocksAfter = (SegmentLength / BlockLength) - (offset / BlockLength) - 1;
        return RoomInBlock(offset) + (blocksAfter * (BlockLength - SealLength));
    }

    /// <summary>The offset that many stream bytes further; one that would be a seal's is the next block's
    /// start.</summary>
    internal long After(long offset, long bytes)
    {
        while (bytes >= RoomInBlock(offset))
        {
            bytes -= RoomInBlock(offset);
            offset = ((offset / BlockLength) + 1) * BlockLength;
        }

        return offset + bytes;
    }
}
