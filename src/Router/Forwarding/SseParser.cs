namespace Gateway.Router.Forwarding;

/// <summary>What the parser found in the bytes it was given.</summary>
internal enum SseStep
{
    /// <summary>All bytes are taken; more are needed.</summary>
    NeedMore,

    /// <summary><see cref="SseParser.Data"/> holds an event's data until the next call.</summary>
    Event,

    /// <summary>A line, or an event's lines together, exceed <see cref="SseParser.MaxLine"/>.</summary>
    TooLong,
}

/// <summary>Takes a stream of server-sent events apart, however its bytes are split (WHATWG HTML, 9.2.6: lines end in
/// LF, CR or CRLF, one BOM may lead, several data lines make one event, other fields carry nothing for us).</summary>
internal sealed class SseParser : IDisposable
{
    internal const int MaxLine = 256 * 1024;

    private readonly PooledBuffer _line = new();
    private readonly PooledBuffer _data = new();
    private bool _skipLineFeed;
    private bool _pastFirstLine;
    private bool _hasData;
    private bool _handedOut;

    /// <summary>The data of the event just found, its lines joined by LF.</summary>
    internal ReadOnlySpan<byte> Data => _data.Written;

    public void Dispose()
    {
        _line.Dispose();
        _data.Dispose();
    }

    /// <summary>Reads on; <paramref name="input"/> is what is left of it afterwards.</summary>
    internal SseStep Read(ref ReadOnlySpan<byte> input)
    {
        if (_handedOut)
        {
            _handedOut = false;
            _data.Clear();
        }

        while (!input.IsEmpty)
        {
            if (_skipLineFeed)
            {
                _skipLineFeed = false;
                if (input[0] == (byte)'\n')
                {
                    input = input[1..];
                    continue;
                }
            }

            var end = input.IndexOfAny((byte)'\r', (byte)'\n');
            var part = end < 0 ? input : input[..end];
            if (_line.Length + part.Length > MaxLine)
            {
                return SseStep.TooLong;
            }

            if (end < 0)
            {
                _line.Append(part);
                input = default;
                return SseStep.NeedMore;
            }

            _skipLineFeed = input[end] == (byte)'\r';
            input = input[(end + 1)..];
            if (EndLine(part) is { } step)
            {
                return step;
            }
        }

        return SseStep.NeedMore;
    }

    private SseStep? EndLine(ReadOnlySpan<byte> part)
    {
        // A line that came in one piece needs no copy.
        if (_line.Length > 0)
        {
            _line.Append(part);
            part = _line.Written;
        }

        var step = TakeLine(part);
        _line.Clear();
        return step;
    }

    private SseStep? TakeLine(ReadOnlySpan<byte> line)
    {
        if (!_pastFirstLine)
        {
            _pastFirstLine = true;
            ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
            line = line.StartsWith(mark) ? line[mark.Length..] : line;
        }

        if (line.IsEmpty)
        {
            return Dispatch();
        }

        return line.StartsWith("data"u8) ? TakeData(line["data"u8.Length..]) : null;
    }

    private SseStep? TakeData(ReadOnlySpan<byte> rest)
    {
        if (!rest.IsEmpty && rest[0] != (byte)':')
        {
            // Another field that only begins like it.
            return null;
        }

        rest = rest.IsEmpty ? rest : rest[1..];
        rest = !rest.IsEmpty && rest[0] == (byte)' ' ? rest[1..] : rest;
        if (_data.Length + rest.Length >= MaxLine)
        {
            return SseStep.TooLong;
        }

        if (_hasData)
        {
            _data.Append((byte)'\n');
        }

        _hasData = true;
        _data.Append(rest);
        return null;
    }

    private SseStep? Dispatch()
    {
        var any = _hasData && _data.Length > 0;
        _hasData = false;
        _handedOut = any;
        return any ? SseStep.Event : null;
    }
}
