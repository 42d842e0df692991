using System.IO.Compression;
using System.Text;

namespace Gateway.Bench.Route;

/// <summary>Lines end in byte 0x0A and nothing else: prompts hold other line separators of Unicode.</summary>
internal sealed class LineReader : IDisposable
{
    private const int GzipMark = 0x1f;

    private readonly Stream _file;
    private readonly BufferedStream _bytes;
    private readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly MemoryStream _line = new();

    public LineReader(string path)
    {
        _file = File.OpenRead(path);
        var isGzip = _file.ReadByte() == GzipMark;
        _file.Position = 0;
        _bytes = new(isGzip ? new GZipStream(_file, CompressionMode.Decompress) : _file, 1 << 16);
    }

    /// <summary>The next line without its end, or null after the last.</summary>
    public string? Next()
    {
        _line.SetLength(0);
        int next;
        while ((next = _bytes.ReadByte()) is not (-1 or '\n'))
        {
            _line.WriteByte((byte)next);
        }

        return next < 0 && _line.Length == 0
            ? null
            : _strict.GetString(_line.GetBuffer(), 0, (int)_line.Length);
    }

    public void Dispose()
    {
        _line.Dispose();
        _bytes.Dispose();
        _file.Dispose();
    }
}
