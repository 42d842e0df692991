using System.IO.Pipelines;

namespace Gateway.Api.Hosting;

/// <summary>A connection's bytes as they are, those that go out counted.</summary>
internal sealed class CountedTransport(IDuplexPipe inner) : PipeWriter, IDuplexPipe
{
    private readonly PipeWriter _output = inner.Output;
    private long _written;

    public PipeReader Input => inner.Input;

    public PipeWriter Output => this;

    /// <summary>Bytes written so far.</summary>
    public long Written => Volatile.Read(ref _written);

    public override bool CanGetUnflushedBytes => _output.CanGetUnflushedBytes;

    public override long UnflushedBytes => _output.UnflushedBytes;

    public override void Advance(int bytes)
    {
        // One writer at a time, as every pipe demands; others only read.
        Volatile.Write(ref _written, _written + bytes);
        _output.Advance(bytes);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _output.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _output.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        _output.FlushAsync(cancellationToken);

    public override ValueTask<FlushResult> WriteAsync(
        ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Volatile.Write(ref _written, _written + source.Length);
        return _output.WriteAsync(source, cancellationToken);
    }

    public override void CancelPendingFlush() => _output.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => _output.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => _output.CompleteAsync(exception);
}
