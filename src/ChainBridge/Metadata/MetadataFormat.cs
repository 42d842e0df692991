namespace Gateway.ChainBridge.Metadata;

/// <summary>Fixed facts of the metadata format (paritytech/frame-metadata, src/lib.rs).</summary>
internal static class MetadataFormat
{
    /// <summary>"meta", read as a little-endian u32.</summary>
    public const uint Magic = 0x6174_656d;

    public const byte V14 = 14;
    public const byte V15 = 15;
    public const byte V16 = 16;

    /// <summary>The versions that can be read, best first.</summary>
    public static ReadOnlySpan<byte> Known => [V16, V15, V14];
}
