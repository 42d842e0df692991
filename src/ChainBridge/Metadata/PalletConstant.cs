using System.Collections.Immutable;

namespace Gateway.ChainBridge.Metadata;

/// <summary>A value fixed in the runtime.</summary>
/// <param name="Name">Such as ExistentialDeposit.</param>
/// <param name="Type">Its type.</param>
/// <param name="Value">Its SCALE bytes.</param>
/// <param name="Docs">Lines of documentation.</param>
internal sealed record PalletConstant(
    string Name, int Type, ImmutableArray<byte> Value, ImmutableArray<string> Docs);
