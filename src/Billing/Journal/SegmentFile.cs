namespace Gateway.Billing;

/// <summary>What can be asked of a segment without reading it through.</summary>
internal static class SegmentFile
{
    /// <summary>Its header; null when it has none: a spare, or torn or damaged.</summary>
    internal static SegmentHeader? ReadHeader(IJournalDisk disk, long segment)
    {
        var bytes = new byte[SegmentHeader.Length];
        var header = disk.Read(segment, 0, bytes) == bytes.Length ? SegmentHeader.TryRead(bytes) : null;
        return header?.Number == segment ? header : null;
    }
}
