namespace Gateway.ChainBridge.Extrinsics;

/// <summary>The first byte of an extrinsic's body: the format version, and whether it is signed.</summary>
internal static class ExtrinsicFormat
{
    public const byte Version4 = 4;

    /// <summary>An unsigned extrinsic of version 4.</summary>
    public const byte BareVersion4 = 4;

    /// <summary>An unsigned extrinsic of version 5, laid out as one of version 4.</summary>
    public const byte BareVersion5 = 5;

    /// <summary>A signed extrinsic of version 4.</summary>
    public const byte SignedVersion4 = 0x84;
}
