using System.Buffers;

namespace Gateway.Router.Forwarding;

/// <summary>A growing byte buffer over the shared pool, for one owner at a time. Clearing keeps the memory, so that a
/// steady stream of frames allocates nothing; what goes back to the pool is wiped first, for it holds what callers and
/// experts wrote.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int SmallestBuffer = 1024;

    private byte[] _bytes = [];

    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    internal ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Length);
    }

    public void Dispose()
    {
        Return();
        _bytes = [];
        Length = 0;
    }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    internal void Append(byte value)
    {
        GetSpan(1)[0] = value;
        Length++;
    }

    internal void Clear() => Length = 0;

    internal void Truncate(int length) => Length = length;

    private void Reserve(int sizeHint)
    {
        var needed = Length + Math.Max(sizeHint, 1);
        if (needed <= _bytes.Length)
        {
            return;
        }

        var grown = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(needed, SmallestBuffer), _bytes.Length * 2));
        Written.CopyTo(grown);
        Return();
        _bytes = grown;
    }

    private void Return()
    {
        if (_bytes.Length > 0)
        {
            // All of it: writers leave bytes behind the length, too.
            ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
        }
    }
}
