namespace Gateway.ChainBridge.Keys;

/// <summary>Secret bytes that the garbage collector never moves, so that no copy of them stays behind, and that are
/// zeroed when disposed.</summary>
internal sealed class PinnedSecret(int length) : IDisposable
{
    private readonly byte[] _bytes = GC.AllocateArray<byte>(length, pinned: true);
    private bool _disposed;

    /// <summary>The bytes themselves.</summary>
    /// <exception cref="ObjectDisposedException">They are gone: nothing may be signed with the zeros left.</exception>
    public Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    /// <summary>Zeroes the bytes.</summary>
    public void Dispose()
    {
        _disposed = true;
        Sodium.Wipe(_bytes);
    }
}
