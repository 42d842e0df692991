using System.Text;

namespace Gateway.Api.Wiring.Tongues;

/// <summary>Reads a stream of bare text as the frames of OpenAI's API: each piece as it comes, never half a
/// character.</summary>
internal sealed class TextFrames(Stream text) : Stream
{
    private const int PieceLength = 4096;

    private readonly Decoder _decoder = new UTF8Encoding(false, throwOnInvalidBytes: false).GetDecoder();
    private readonly byte[] _piece = new byte[PieceLength];
    private readonly char[] _letters = new char[PieceLength + 1];
    private ReadOnlyMemory<byte> _frames;
    private bool _isOver;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_frames.IsEmpty && !_isOver)
        {
            await FillAsync(cancellationToken);
        }

        var length = Math.Min(buffer.Length, _frames.Length);
        _frames[..length].CopyTo(buffer);
        _frames = _frames[length..];
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            text.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        var count = await text.ReadAsync(_piece, cancellationToken);
        _isOver = count == 0;
        var letters = _decoder.GetChars(_piece, 0, count, _letters, 0, flush: _isOver);
        var frame = letters > 0 ? ChatForm.Frame(new string(_letters, 0, letters)) : [];
        _frames = _isOver ? [.. frame, .. ChatForm.Frame(null), .. ChatForm.Done] : frame;
    }
}
