using System.Collections.Immutable;

namespace Gateway.ChainBridge.Metadata;

/// <summary>How transactions of a runtime are laid out.</summary>
/// <param name="Versions">Format versions it takes.</param>
/// <param name="Type">The type of a whole extrinsic; null since V16, which no longer says.</param>
/// <param name="Address">The type of the signer.</param>
/// <param name="Call">The type of the call.</param>
/// <param name="Signature">The type of the signature.</param>
/// <param name="Extensions">Signed extensions in the order of format version 4.</param>
internal sealed record ExtrinsicMetadata(
    ImmutableArray<byte> Versions,
    int? Type,
    int Address,
    int Call,
    int Signature,
    ImmutableArray<ExtrinsicExtension> Extensions);
