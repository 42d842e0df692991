using System.Text.Json;
using Gateway.Router.Metering;

namespace Gateway.Router.Forwarding;

/// <summary>What an upstream's frame turned out to be.</summary>
internal enum FrameKind
{
    /// <summary>Text for the caller; <see cref="FrameRewriter.Frame"/> holds it written anew.</summary>
    Content,

    /// <summary>Nothing to send now: a role alone, a finish, a usage.</summary>
    Empty,

    /// <summary>An error object.</summary>
    Error,

    /// <summary>No chunk of a chat answer.</summary>
    Garbage,
}

/// <summary>Parses an upstream's chunks and writes them anew. Finish reasons are noted, not written: a caller sees one
/// only when the whole answer is known to be good. In a steady stream it allocates nothing.</summary>
internal sealed class FrameRewriter(AnswerHead head, int choices, bool includeUsage) : IDisposable
{
    private readonly ShapeCopier _copier = new();
    private readonly FrameTemplate _template = new();
    private Range? _usage;
    private bool _wrote;

    /// <summary>The choices so far.</summary>
    internal ChoiceTable Choices { get; } = new(choices);

    /// <summary>The number under which the caller gets the upstream's first choice.</summary>
    internal int First { get; init; }

    /// <summary>Cuts out what the caller did not want; null when there is nothing to look for.</summary>
    internal AnswerFilter? Filter { get; init; }

    /// <summary>Whether the upstream's chunks are of its completions.</summary>
    internal bool FillsIn { get; init; }

    /// <summary>Whether thoughts are counted but not written.</summary>
    internal bool HidesReasoning
    {
        init => _copier.HidesReasoning = value;
    }

    internal ChunkFrames Frames { get; } = new(head, includeUsage);

    /// <summary>The text counted in the last frame.</summary>
    internal TextFacts Facts => _copier.Facts;

    /// <summary>The usage claimed in the last frame.</summary>
    internal UsageFigure Figure { get; private set; }

    /// <summary>The last frame as the caller gets it.</summary>
    internal ReadOnlySpan<byte> Frame => Frames.Frame.Span;

    public void Dispose()
    {
        _copier.Dispose();
        _template.Dispose();
        Filter?.Dispose();
        Frames.Dispose();
    }

    internal FrameKind Rewrite(ReadOnlySpan<byte> json)
    {
        Choices.Mark();
        try
        {
            json = FillsIn ? FilledGap.ToChat(json, "delta") : json;
            json = Filter is null ? json : Filter.Apply(json);
            return TryRepeat(json) ? FrameKind.Content : Parse(json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Malformed JSON, or text that is no Unicode.
            return FrameKind.Garbage;
        }
    }

    private bool TryRepeat(ReadOnlySpan<byte> json)
    {
        var repeats = _template.TryRepeat(json, Frames.Start(), out var facts, out var figure);
        _copier.Facts = facts;
        Figure = figure;
        return repeats;
    }

    private FrameKind Parse(ReadOnlySpan<byte> json)
    {
        _copier.Facts = default;
        Figure = default;
        _usage = null;
        _wrote = false;
        _template.Forget();
        Frames.Begin();
        var reader = new Utf8JsonReader(json);
        var kind = TakeChunk(ref reader);
        Frames.End();
        if (kind == FrameKind.Content && !Choices.HasChanged)
        {
            Learn(json);
        }

        return kind;
    }

    private void Learn(ReadOnlySpan<byte> json)
    {
        var text = _copier.Text;
        if (Facts.ToolCalls == 0 && Facts.Bytes > 0 && Facts.Bytes == text.Length)
        {
            _template.Learn(json, Frame, text, Frames.WriterAt + text.WrittenEnd - text.Length, _usage);
        }
    }

    private FrameKind TakeChunk(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return FrameKind.Garbage;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (TakeMember(ref reader) is { } verdict)
            {
                return verdict;
            }
        }

        // Reads past the end: anything behind the object throws.
        reader.Read();
        return _wrote ? FrameKind.Content : FrameKind.Empty;
    }

    private FrameKind? TakeMember(ref Utf8JsonReader reader)
    {
        switch (TopMembers.Next(ref reader))
        {
            case TopMember.Choices:
                return TakeChoices(ref reader) ? null : FrameKind.Garbage;
            case TopMember.Usage:
                var start = (int)reader.TokenStartIndex;
                Figure = UsageFigure.Read(ref reader);
                _usage = start..(int)reader.BytesConsumed;
                return null;
            case TopMember.Error:
                return FrameKind.Error;
            default:
                return null;
        }
    }

    private bool TakeChoices(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return reader.TokenType == JsonTokenType.Null;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!TakeChoice(ref reader))
            {
                return false;
            }
        }

        return true;
    }

    private bool TakeChoice(ref Utf8JsonReader reader)
    {
        var parts = ChoiceParts.Read(ref reader, "delta"u8);
        if (!parts.IsChoice || !Choices.Admits(parts.Index))
        {
            return false;
        }

        // What follows a choice's end belongs to nobody.
        if (Choices.IsFinished(parts.Index))
        {
            return true;
        }

        if (parts.HasText && !WriteChoice(ref parts))
        {
            return false;
        }

        if (parts.Finish is { } finish)
        {
            Choices.Finish(parts.Index, finish);
        }

        return true;
    }

    private bool WriteChoice(ref ChoiceParts parts)
    {
        Frames.BeginChoice(First + parts.Index, withRole: !Choices.IsBegun(parts.Index));
        Choices.Begin(parts.Index);
        _wrote = true;
        if (!_copier.CopyMembers(ref parts.Text, Frames.Writer, JsonShape.Message))
        {
            return false;
        }

        Frames.Writer.WriteEndObject();
        if (!parts.CopyLogprobs(_copier, Frames.Writer))
        {
            return false;
        }

        Frames.Writer.WriteNull("finish_reason"u8);
        Frames.Writer.WriteEndObject();
        return true;
    }
}
