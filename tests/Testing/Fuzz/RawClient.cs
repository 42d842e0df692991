using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Testing.Fuzz;

/// <summary>What came back: the head, and as much of the body as came.</summary>
internal sealed record FuzzAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body, bool IsWhole);

/// <summary>One connection on which any bytes are sent, and answers are read by RFC 9112 without mercy.</summary>
internal sealed class RawClient(Uri address) : IDisposable
{
    private const int MaxHead = 64 * 1024;
    private const int MaxBody = 8 * 1024 * 1024;
    private const int NoContent = 204;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[MaxHead];
    private int _from;
    private int _to;

    public void Dispose() => _socket.Dispose();

    internal async Task SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> pieces, CancellationToken ct)
    {
        if (!_socket.Connected)
        {
            await _socket.ConnectAsync(address.Host, address.Port, ct);
        }

        foreach (var piece in pieces)
        {
            for (var sent = 0; sent < piece.Length;)
            {
                sent += await _socket.SendAsync(piece[sent..], ct);
            }

            await Task.Yield();
        }
    }

    internal void Finish()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The server was first.
        }
    }

    /// <summary>Closes without a farewell, as a process that dies does not.</summary>
    internal void Reset()
    {
        _socket.LingerState = new(enable: true, seconds: 0);
        _socket.Close();
    }

    /// <summary>The next answer; null when the connection ended before one began.</summary>
    internal async Task<FuzzAnswer?> ReadAsync(bool hasBody, CancellationToken ct)
    {
        while (true)
        {
            if (await HeadAsync(ct) is not { } head)
            {
                return null;
            }

            var (status, headers) = Parse(head);
            if (status is < 100 or >= 200)
            {
                var (body, isWhole) = hasBody && status is not NoContent and not 304
                    ? await BodyAsync(headers, ct)
                    : ([], true);
                return new(status, headers, body, isWhole);
            }
        }
    }

    /// <summary>The head and the first bytes of the body.</summary>
    internal async Task<FuzzAnswer?> BeginningAsync(CancellationToken ct)
    {
        if (await HeadAsync(ct) is not { } head)
        {
            return null;
        }

        var (status, headers) = Parse(head);
        var hasMore = _to > _from || await FillAsync(ct);
        return new(status, headers, _buffer[_from.._to], !hasMore);
    }

    private async Task<string?> HeadAsync(CancellationToken ct)
    {
        while (true)
        {
            var end = _buffer.AsSpan(_from, _to - _from).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                var head = Encoding.Latin1.GetString(_buffer, _from, end);
                _from += end + 4;
                return head;
            }

            if (!await FillAsync(ct))
            {
                return null;
            }
        }
    }

    private static (int Status, Dictionary<string, string> Headers) Parse(string head)
    {
        var lines = head.Split("\r\n");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines[1..])
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return (int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers);
    }

    private async Task<(byte[] Body, bool IsWhole)> BodyAsync(Dictionary<string, string> headers, CancellationToken ct)
    {
        using var body = new MemoryStream();
        var isWhole = headers.ContainsKey("transfer-encoding") ? await ChunksAsync(body, ct)
            : headers.TryGetValue("content-length", out var length)
                ? await TakeAsync(body, long.Parse(length, CultureInfo.InvariantCulture), ct)
                : await UntilClosedAsync(body, ct);
        return (body.ToArray(), isWhole);
    }

    private async Task<bool> ChunksAsync(MemoryStream body, CancellationToken ct)
    {
        while (await LineAsync(ct) is { } line)
        {
            var length = int.Parse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (!await TakeAsync(body, length, ct) || await LineAsync(ct) is not "")
            {
                return false;
            }

            if (length == 0)
            {
                return true;
            }
        }

        return false;
    }

    private async Task<string?> LineAsync(CancellationToken ct)
    {
        int end;
        while ((end = _buffer.AsSpan(_from, _to - _from).IndexOf("\r\n"u8)) < 0)
        {
            if (!await FillAsync(ct))
            {
                return null;
            }
        }

        var line = Encoding.Latin1.GetString(_buffer, _from, end);
        _from += end + 2;
        return line;
    }

    private async Task<bool> TakeAsync(MemoryStream body, long length, CancellationToken ct)
    {
        while (length > 0)
        {
            if (_from == _to && !await FillAsync(ct))
            {
                return false;
            }

            var taken = (int)Math.Min(length, _to - _from);
            body.Write(_buffer.AsSpan(_from, taken));
            (_from, length) = (_from + taken, length - taken);
            if (body.Length > MaxBody)
            {
                throw new InvalidDataException("An answer has no end.");
            }
        }

        return true;
    }

    private async Task<bool> UntilClosedAsync(MemoryStream body, CancellationToken ct)
    {
        while (await TakeAsync(body, 1, ct))
        {
        }

        return true;
    }

    private async Task<bool> FillAsync(CancellationToken ct)
    {
        _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
        (_from, _to) = (0, _to - _from);
        if (_to == _buffer.Length)
        {
            throw new InvalidDataException("A head or a line has no end.");
        }

        try
        {
            var received = await _socket.ReceiveAsync(_buffer.AsMemory(_to), ct);
            _to += received;
            return received > 0;
        }
        catch (SocketException)
        {
            // What the server did not read of a message resets the connection behind its answer.
            return false;
        }
    }
}
