namespace Gateway.Billing;

/// <summary>Searches what lies behind unreadable bytes for groups: each says what had reached the disk before it was
/// written, which tells damage from a torn tail.</summary>
internal static class SyncedScan
{
    private const int Blocks = 4;

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
        var dataLength = blockLength - BlockLayout.SealLength;
        var raw = new byte[Blocks * blockLength];
        var stream = new byte[GroupHeader.Length + (Blocks * dataLength)];
        var kept = 0;
        long synced = 0;
        for (long at = 0; disk.Read(segment, at, raw) is var read and > 0; at += raw.Length)
        {
            var length = kept;
            for (var block = 0; block < read; block += blockLength)
            {
                var data = raw.AsSpan(block, int.Min(dataLength, read - block));
                data.CopyTo(stream.AsSpan(length));
                length += data.Length;
            }

            synced = long.Max(synced, Search(stream.AsSpan(0, length)));
            kept = int.Min(length, GroupHeader.Length - 1);
            stream.AsSpan(length - kept, kept).CopyTo(stream);
        }

        return synced;
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
