using System.Buffers.Binary;
using System.Security.Cryptography;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A node of the sum tree: a hash and the rao below it. Encodings have fixed widths: a leaf is
/// SHA-256(0x00, salt of 32 bytes, the organisation's UUID as 16 bytes in network order, rao as 8 bytes big endian), a
/// node above two others is SHA-256(0x01, left hash of 32 bytes, left sum of 8, right hash of 32, right sum of 8). Both
/// sums are hashed: with the total alone one side could be understated (eprint 2018/1139).</summary>
/// <param name="Hash">32 bytes, never written to.</param>
/// <param name="Sum">Zero or more.</param>
internal sealed record SumNode(byte[] Hash, Rao Sum)
{
    internal const int HashSize = SHA256.HashSizeInBytes;

    internal const int SaltSize = 32;

    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;
    private const int IdSize = 16;

    /// <summary>Stands for nobody: fills the lowest row up to a power of two.</summary>
    internal static SumNode Padding { get; } = Leaf(new byte[SaltSize], default, Rao.Zero);

    /// <summary>An organisation's leaf.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount is negative or the salt has another size.</exception>
    internal static SumNode Leaf(ReadOnlySpan<byte> salt, OrgId org, Rao rao)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rao.Value);
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, SaltSize);
        Span<byte> bytes = stackalloc byte[1 + SaltSize + IdSize + sizeof(long)];
        bytes[0] = LeafPrefix;
        salt.CopyTo(bytes[1..]);
        org.Value.TryWriteBytes(bytes[(1 + SaltSize)..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(1 + SaltSize + IdSize)..], rao.Value);
        return new(SHA256.HashData(bytes), rao);
    }

    /// <summary>The node above two others.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A sum is negative.</exception>
    /// <exception cref="OverflowException">The sum does not fit 63 bits.</exception>
    internal static SumNode Above(SumNode left, SumNode right)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(left.Sum.Value);
        ArgumentOutOfRangeException.ThrowIfNegative(right.Sum.Value);
        Span<byte> bytes = stackalloc byte[1 + (2 * (HashSize + sizeof(long)))];
        bytes[0] = NodePrefix;
        left.WriteTo(bytes[1..]);
        right.WriteTo(bytes[(1 + HashSize + sizeof(long))..]);
        return new(SHA256.HashData(bytes), left.Sum + right.Sum);
    }

    /// <summary>Hash and sum, 40 bytes.</summary>
    internal void WriteTo(Span<byte> bytes)
    {
        Hash.CopyTo(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes[HashSize..], Sum.Value);
    }

    internal bool IsSameAs(SumNode other) => Sum == other.Sum && Hash.AsSpan().SequenceEqual(other.Hash);
}
