using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gateway.ChainBridge.Keys;

namespace Gateway.ChainBridge.Blocks;

/// <summary>32 bytes that name a block, an extrinsic or a state. The default is all zeros.</summary>
internal readonly struct Hash256 : IEquatable<Hash256>
{
    public const int Length = 32;

    private readonly Content _bytes;

    /// <param name="bytes">Exactly 32.</param>
    public Hash256(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Length);
        bytes.CopyTo(_bytes);
    }

    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => _bytes;

    public static bool operator ==(Hash256 left, Hash256 right) => left.Equals(right);

    public static bool operator !=(Hash256 left, Hash256 right) => !left.Equals(right);

    /// <summary>BLAKE2b-256 of some bytes, the chain's hash.</summary>
    public static Hash256 Of(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[Length];
        Hashes.Blake2b256(data, hash);
        return new Hash256(hash);
    }

    /// <summary>Reads <c>0x</c> and 64 hex digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var ok = text.StartsWith("0x")
            && text.Length == 2 + (2 * Length)
            && Convert.FromHexString(text[2..], bytes, out _, out _) == OperationStatus.Done;
        hash = ok ? new Hash256(bytes) : default;
        return ok;
    }

    public bool Equals(Hash256 other) => Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is Hash256 other && Equals(other);

    // Hashes are evenly spread already.
    public override int GetHashCode() => MemoryMarshal.Read<int>(Bytes);

    /// <summary><c>0x</c> and 64 lower-case hex digits.</summary>
    public override string ToString() => $"0x{Convert.ToHexStringLower(Bytes)}";

    [InlineArray(Length)]
    private struct Content
    {
        private byte _first;
    }
}
