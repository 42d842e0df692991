using System.Buffers.Binary;
using System.IO.Hashing;

namespace Gateway.ChainBridge.Keys;

/// <summary>The chain's hashes, each written into a span of exactly its length. The TwoX family is not cryptographic:
/// XXH64 with seeds 0, 1, 2, 3, each 8 bytes little endian (paritytech/polkadot-sdk, sp-crypto-hashing).</summary>
internal static class Hashes
{
    private const int WordLength = sizeof(ulong);

    /// <summary>BLAKE2b with 16 bytes of output.</summary>
    public static void Blake2b128(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        RequireLength(hash, 16);
        Sodium.Blake2b(hash, data);
    }

    /// <summary>BLAKE2b with 32 bytes of output.</summary>
    public static void Blake2b256(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        RequireLength(hash, 32);
        Sodium.Blake2b(hash, data);
    }

    /// <summary>BLAKE2b with 64 bytes of output.</summary>
    public static void Blake2b512(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        RequireLength(hash, 64);
        Sodium.Blake2b(hash, data);
    }

    /// <summary>SHA3-256, 32 bytes.</summary>
    public static void Sha3(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        RequireLength(hash, 32);
        Sodium.Sha3(hash, data);
    }

    /// <summary>8 bytes.</summary>
    public static void TwoX64(ReadOnlySpan<byte> data, Span<byte> hash) => TwoX(data, hash, words: 1);

    /// <summary>16 bytes: the hash of pallet and item names in storage keys.</summary>
    public static void TwoX128(ReadOnlySpan<byte> data, Span<byte> hash) => TwoX(data, hash, words: 2);

    /// <summary>32 bytes.</summary>
    public static void TwoX256(ReadOnlySpan<byte> data, Span<byte> hash) => TwoX(data, hash, words: 4);

    private static void TwoX(ReadOnlySpan<byte> data, Span<byte> hash, int words)
    {
        RequireLength(hash, words * WordLength);
        for (var seed = 0; seed < words; seed++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(hash[(seed * WordLength)..], XxHash64.HashToUInt64(data, seed));
        }
    }

    private static void RequireLength(Span<byte> hash, int length)
    {
        if (hash.Length != length)
        {
            throw new ArgumentException($"The hash has {length} bytes, not {hash.Length}.", nameof(hash));
        }
    }
}
