using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gateway.DevNet.Miners;

/// <summary>The chance in one request: numbers from a hash of (network seed, miner, body), so that the same bytes sent
/// again meet the same fate.</summary>
internal sealed class SeededDraw
{
    private const int WordLength = 4;

    private readonly byte[] _hash;

    internal SeededDraw(int seed, int uid, ReadOnlySpan<byte> body)
    {
        Span<byte> origin = stackalloc byte[2 * WordLength];
        BinaryPrimitives.WriteInt32LittleEndian(origin, seed);
        BinaryPrimitives.WriteInt32LittleEndian(origin[WordLength..], uid);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(origin);
        hash.AppendData(body);
        _hash = hash.GetHashAndReset();
    }

    /// <summary>An id for the answer.</summary>
    internal string Id => "chatcmpl-" + Convert.ToHexStringLower(_hash.AsSpan(0, 12));

    /// <summary>An even number from 0 to below <paramref name="bound"/>. Each question of a request has its own
    /// <paramref name="index"/>, 0 to 3.</summary>
    internal int Below(int bound, int index)
    {
        var word = BinaryPrimitives.ReadUInt32LittleEndian(_hash.AsSpan((4 + index) * WordLength));
        return (int)(word % (uint)bound);
    }
}
