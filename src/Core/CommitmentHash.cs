using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Gateway.Core;

/// <summary>SHA-256 over a salt and the bytes that follow it: lets whoever has the salt prove the bytes, and tells
/// nobody else anything. The hash object behind it is used again, since making one costs more than hashing a short
/// body. For one thread at a time.</summary>
public sealed class CommitmentHash : IDisposable
{
    /// <summary>Bytes of a commitment.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    // What more requests than this leave behind at once is let go.
    private const int MaxIdle = 256;

    private static readonly ConcurrentQueue<IncrementalHash> Idle = new();

    private IncrementalHash? _hash;

    /// <param name="salt">Hashed first.</param>
    public CommitmentHash(ReadOnlySpan<byte> salt)
    {
        _hash = Idle.TryDequeue(out var idle) ? idle : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _hash.AppendData(salt);
    }

    /// <summary>The commitment to bytes at hand.</summary>
    public static byte[] Of(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> bytes)
    {
        using var hash = new CommitmentHash(salt);
        hash.Append(bytes);
        return hash.Finish();
    }

    /// <summary>Adds bytes.</summary>
    /// <exception cref="ObjectDisposedException">After <see cref="Finish"/>.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_hash is null, this);
        _hash.AppendData(bytes);
    }

    /// <summary>The commitment, <see cref="Length"/> bytes. Once; nothing can be added afterwards.</summary>
    /// <exception cref="ObjectDisposedException">The second time.</exception>
    public byte[] Finish()
    {
        ObjectDisposedException.ThrowIf(_hash is null, this);
        var commitment = _hash.GetHashAndReset();
        var hash = _hash;
        _hash = null;
        if (Idle.Count < MaxIdle)
        {
            Idle.Enqueue(hash);
        }
        else
        {
            hash.Dispose();
        }

        return commitment;
    }

    /// <summary>Lets a hash go that was never finished.</summary>
    public void Dispose()
    {
        _hash?.Dispose();
        _hash = null;
    }
}
