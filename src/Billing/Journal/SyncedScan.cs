using System.Buffers;

namespace Gateway.Billing;

/// <summary>Searches what lies behind unreadable bytes for groups: each says what had reached the disk before it was
/// written, which tells damage from a torn tail.</summary>
internal static class SyncedScan
{
    // What the end of a block may have of a header that goes on in the next.
    private const int KeptLength = GroupHeader.Length - 1;

    /// <summary>The largest synced seq of any group in the segment of the cursor and after it, or in any segment when
    /// there is no cursor; zero when there is none.</summary>
    internal static long Of(IJournalDisk disk, SegmentCursor? cursor)
    {
        var synced = cursor?.SyncedSeq ?? 0;
        foreach (var segment in disk.Segments())
        {
            if (cursor is null || segment >= cursor.Header.Number)
            {
                synced = long.Max(synced, OfSegment(disk, segment));
            }
        }

        return synced;
    }

    private static long OfSegment(IJournalDisk disk, long segment)
    {
        if (SegmentFile.ReadHeader(disk, segment) is { } header)
        {
            return OfBlocks(disk, segment, header.Layout.BlockLength);
        }

        // Without a header the length of blocks is unknown: seals could hide a group's header that crosses one.
        long synced = 0;
        for (var length = BlockLayout.MinBlock; length <= BlockLayout.MaxBlock; length *= 2)
        {
            synced = long.Max(synced, OfBlocks(disk, segment, length));
        }

        return synced;
    }

    private static long OfBlocks(IJournalDisk disk, long segment, int blockLength)
    {
        var stream = ArrayPool<byte>.Shared.Rent(KeptLength + blockLength);
        try
        {
            var kept = 0;
            long synced = 0;
            for (long at = 0; disk.Read(segment, at, stream.AsSpan(kept, blockLength)) is var read and > 0; at += read)
            {
                // Without the seal, so that a header which crosses it is in one piece.
                var data = stream.AsSpan(0, kept + int.Min(read, blockLength - BlockLayout.SealLength));
                synced = long.Max(synced, Search(data));
                kept = int.Min(data.Length, KeptLength);
                data[^kept..].CopyTo(stream);
            }

            return synced;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stream);
        }
    }

    private static long Search(ReadOnlySpan<byte> stream)
    {
        long synced = 0;
        for (var at = stream.IndexOf(GroupHeader.Magic); at >= 0; at = stream.IndexOf(GroupHeader.Magic))
        {
            if (GroupHeader.TryRead(stream[at..], out var header))
            {
                synced = long.Max(synced, header.SyncedSeq);
            }

            stream = stream[(at + 1)..];
        }

        return synced;
    }
}
