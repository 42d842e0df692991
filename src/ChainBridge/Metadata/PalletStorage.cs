using System.Collections.Immutable;

namespace Gateway.ChainBridge.Metadata;

/// <summary>The storage of a pallet.</summary>
/// <param name="Prefix">What keys begin with, hashed; usually the pallet's name.</param>
/// <param name="Entries">Its items.</param>
internal sealed record PalletStorage(string Prefix, ImmutableArray<StorageEntry> Entries);
