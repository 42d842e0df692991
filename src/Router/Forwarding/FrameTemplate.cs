using System.Text.Json;
using Gateway.Router.Metering;

namespace Gateway.Router.Forwarding;

/// <summary>Spares the frames of a steady stream their parsing. Such a frame repeats the one before byte for byte but
/// for its text and its usage. Where a JSON string is replaced by another that is not empty and needs no escape, and a
/// value by another valid value, the whole stays valid and its structure the same: what the parser made of the frame
/// before, it would make of this one with the other text. Everything else is left to the parser, and so is every frame
/// that changed the state of a choice.</summary>
internal sealed class FrameTemplate : IDisposable
{
    // A usage stands one object deep in its frame, and the parser's limit of 64 counts from the frame.
    private static readonly JsonReaderOptions UsageOptions = new() { MaxDepth = 63 };

    private readonly PooledBuffer _input = new();
    private readonly PooledBuffer _output = new();
    private CopiedText _text;
    private int _outputAt;
    private Range? _usage;
    private bool _isKnown;

    public void Dispose()
    {
        _input.Dispose();
        _output.Dispose();
    }

    /// <summary>The next frame has nothing to do with the last.</summary>
    internal void Forget() => _isKnown = false;

    /// <summary>Keeps a frame that the parser took and that left every choice as it was.</summary>
    /// <param name="input">The upstream's JSON.</param>
    /// <param name="output">What was made of it.</param>
    /// <param name="text">The only text in it.</param>
    /// <param name="outputAt">Where in the output the text stands.</param>
    /// <param name="usage">Where in the input the usage stands, if it has one.</param>
    internal void Learn(
        ReadOnlySpan<byte> input, ReadOnlySpan<byte> output, CopiedText text, int outputAt, Range? usage)
    {
        var end = text.At + text.Length;
        _isKnown = IsPlain(input[text.At..end])
            && input[text.At - 1] == (byte)'"' && input[end] == (byte)'"'
            && output[outputAt..].StartsWith(input[text.At..end])
            && (usage is null || usage.Value.Start.Value > end);
        if (_isKnown)
        {
            (_text, _outputAt, _usage) = (text, outputAt, usage);
            _input.Clear();
            _input.Append(input);
            _output.Clear();
            _output.Append(output);
        }
    }

    /// <summary>Reads a frame that repeats the learned one, and appends what is to be made of it.</summary>
    /// <exception cref="JsonException">Its usage is malformed, and so is the frame.</exception>
    internal bool TryRepeat(
        ReadOnlySpan<byte> json, PooledBuffer frame, out TextFacts facts, out UsageFigure figure)
    {
        facts = default;
        figure = default;
        var known = _input.Written;
        if (!_isKnown || !TakeText(known, ref json, out var text) || !TakeRest(known, json, ref figure))
        {
            return false;
        }

        facts = _text.Meaning == TextMeaning.Reasoning ? new(0, text.Length, 0) : new(text.Length, 0, 0);
        frame.Append(_output.Written[.._outputAt]);
        frame.Append(text);
        frame.Append(_output.Written[(_outputAt + _text.Length)..]);
        return true;
    }

    private bool TakeText(ReadOnlySpan<byte> known, ref ReadOnlySpan<byte> json, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!json.StartsWith(known[.._text.At]))
        {
            return false;
        }

        json = json[_text.At..];
        var end = json.IndexOf((byte)'"');
        if (end <= 0 || !IsPlain(json[..end]))
        {
            return false;
        }

        text = json[..end];
        json = json[end..];
        return true;
    }

    private bool TakeRest(ReadOnlySpan<byte> known, ReadOnlySpan<byte> json, ref UsageFigure figure)
    {
        known = known[(_text.At + _text.Length)..];
        if (_usage is not { } usage)
        {
            return json.SequenceEqual(known);
        }

        var ahead = usage.Start.Value - (_text.At + _text.Length);
        if (!json.StartsWith(known[..ahead]))
        {
            return false;
        }

        var reader = new Utf8JsonReader(json[ahead..], UsageOptions);
        reader.Read();
        figure = UsageFigure.Read(ref reader);
        return json[(ahead + (int)reader.BytesConsumed)..].SequenceEqual(_input.Written[usage.End.Value..]);
    }

    // Stands for itself in what is read and in what is written: no quote, no escape, no control character, valid UTF-8.
    private static bool IsPlain(ReadOnlySpan<byte> text) =>
        ChunkFrames.WriterOptions.Encoder!.FindFirstCharacterToEncodeUtf8(text) < 0;
}
