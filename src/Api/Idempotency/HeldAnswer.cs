using System.Buffers;

namespace Gateway.Api.Idempotency;

/// <summary>Stands where the response's body does and keeps a whole answer back, up to 64 KiB, until it is stored. A
/// stream, and what is longer, goes through; before any byte does, <paramref name="beforeSending"/> has its
/// say.</summary>
/// <param name="response">The response whose type tells a stream.</param>
/// <param name="inner">The server's body.</param>
/// <param name="beforeSending">Called before bytes leave.</param>
internal sealed class HeldAnswer(HttpResponse response, Stream inner, Func<Task> beforeSending) : Stream
{
    /// <summary>The longest answer that is kept.</summary>
    public const int Limit = 64 * 1024;

    private const string EventStream = "text/event-stream";

    private byte[] _buffer = [];
    private int _length;
    private bool _passes;

    /// <summary>All of the answer so far; empty when it went through.</summary>
    public ReadOnlyMemory<byte> Held => _buffer.AsMemory(0, _length);

    /// <summary>Whether bytes have left.</summary>
    public bool HasPassed => _passes;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_passes && !IsStream && buffer.Length <= Limit - _length)
        {
            Keep(buffer.Span);
            return;
        }

        await PassAsync(cancellationToken);
        await inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // A flush of a whole answer only says that more may come.
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_passes || IsStream)
        {
            await PassAsync(cancellationToken);
            await inner.FlushAsync(cancellationToken);
        }
    }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        Drop();
        base.Dispose(disposing);
    }

    private bool IsStream => response.ContentType?.StartsWith(EventStream, StringComparison.Ordinal) == true;

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_buffer.Length == 0)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(Limit);
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private async Task PassAsync(CancellationToken cancellationToken)
    {
        await beforeSending();
        _passes = true;
        if (_length > 0)
        {
            await inner.WriteAsync(Held, cancellationToken);
            Drop();
        }
    }

    // The next renter must not see an answer.
    private void Drop()
    {
        if (_buffer.Length > 0)
        {
            _buffer.AsSpan(0, _length).Clear();
            ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _length) = ([], 0);
        }
    }
}
