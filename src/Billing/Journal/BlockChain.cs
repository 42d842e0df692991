using System.Security.Cryptography;

namespace Gateway.Billing;

/// <summary>SHA-256(previous hash || block without its seal), block after block over all segments: what was written
/// cannot be exchanged later without every seal after it.</summary>
internal sealed class BlockChain : IDisposable
{
    private static readonly byte[] Zeros = new byte[BlockLayout.MaxBlock];

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _last = new byte[BlockLayout.SealLength];
    private byte[] _spare = new byte[BlockLayout.SealLength];

    /// <summary>The last seal; zeros before the first.</summary>
    internal ReadOnlyMemory<byte> Last => _last;

    /// <summary>Adds a block.</summary>
    /// <param name="block">Its bytes, perhaps fewer than it has: zeros follow.</param>
    /// <param name="length">Bytes of a block without its seal.</param>
    internal ReadOnlySpan<byte> Add(ReadOnlySpan<byte> block, int length)
    {
        _hash.AppendData(_last);
        _hash.AppendData(block);
        _hash.AppendData(Zeros.AsSpan(0, length - block.Length));
        _hash.GetHashAndReset(_spare);
        (_last, _spare) = (_spare, _last);
        return _last;
    }

    /// <summary>Goes on from a hash.</summary>
    internal void Reset(ReadOnlySpan<byte> last) => last.CopyTo(_last);

    public void Dispose() => _hash.Dispose();
}
