using System.Collections.Immutable;

namespace Gateway.ChainBridge.Metadata;

/// <summary>A storage item of a pallet.</summary>
/// <param name="Name">Such as Account.</param>
/// <param name="Modifier">What it reads as while nothing is stored.</param>
/// <param name="Hashers">One for each part of the key; none for a single value.</param>
/// <param name="Key">The type of the key, a tuple when there are several hashers; null for a single value.</param>
/// <param name="Value">The type of the value.</param>
/// <param name="Default">SCALE of the default; for an optional entry the byte 0.</param>
/// <param name="Docs">Lines of documentation.</param>
internal sealed record StorageEntry(
    string Name,
    StorageModifier Modifier,
    ImmutableArray<StorageHasher> Hashers,
    int? Key,
    int Value,
    ImmutableArray<byte> Default,
    ImmutableArray<string> Docs);
