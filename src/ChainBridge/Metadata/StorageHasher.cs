namespace Gateway.ChainBridge.Metadata;

/// <summary>How a storage key's part is hashed, by its number in metadata (paritytech/frame-metadata, src/v14.rs).
/// "Concat" hashes are followed by the key itself, so that it can be read back.</summary>
internal enum StorageHasher
{
    Blake2128 = 0,
    Blake2256 = 1,
    Blake2128Concat = 2,
    Twox128 = 3,
    Twox256 = 4,
    Twox64Concat = 5,
    Identity = 6,
}
