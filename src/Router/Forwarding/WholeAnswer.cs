using System.Text.Json;
using Gateway.Router.Metering;

namespace Gateway.Router.Forwarding;

/// <summary>The choices of a whole answer, written anew, with what was counted in them.</summary>
internal sealed class WholeAnswer : IDisposable
{
    private readonly PooledBuffer _choices = new();
    private readonly ChoiceTable _table;
    private readonly AnswerFilter? _filter;
    private UsageFigure _figure;
    private bool _hasChoices;

    private readonly AnswerRules _rules;

    private WholeAnswer(int choices, AnswerRules rules, AnswerFilter? filter)
    {
        _table = new(choices);
        (_rules, _filter) = (rules, filter);
    }

    /// <summary>The array of choices as JSON.</summary>
    internal ReadOnlySpan<byte> Choices => _choices.Written;

    /// <summary>The same, as long as the answer lives.</summary>
    internal ReadOnlyMemory<byte> ChoicesMemory => _choices.WrittenMemory;

    internal FinishReason First => _table.First;

    internal MeterReading Reading { get; private set; }

    public void Dispose() => _choices.Dispose();

    /// <summary>Parses an upstream's body: <see cref="FrameKind.Content"/> with an answer; <see
    /// cref="FrameKind.Empty"/> when a choice has no finish reason; garbage when there are not as many as asked
    /// for.</summary>
    internal static FrameKind TryParse(
        ReadOnlySpan<byte> json, int choices, AnswerRules rules, out WholeAnswer? answer)
    {
        answer = null;
        using var filter = AnswerFilter.For(rules);
        var parsed = new WholeAnswer(choices, rules, filter);
        FrameKind kind;
        try
        {
            json = rules.FillsIn ? FilledGap.ToChat(json, "message") : json;
            kind = parsed.Parse(filter is null ? json : filter.Apply(json));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            kind = FrameKind.Garbage;
        }

        if (kind == FrameKind.Content)
        {
            answer = parsed;
        }
        else
        {
            parsed.Dispose();
        }

        return kind;
    }

    private FrameKind Parse(ReadOnlySpan<byte> json)
    {
        using var copier = new ShapeCopier { HidesReasoning = _rules.HidesReasoning };
        using var writer = new Utf8JsonWriter(_choices, ChunkFrames.WriterOptions);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return FrameKind.Garbage;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (TakeMember(ref reader, writer, copier) is { } verdict)
            {
                return verdict;
            }
        }

        reader.Read();
        writer.Flush();
        Reading = default(MeterReading).After(copier.Facts, _figure);
        return !_table.AllBegun ? FrameKind.Garbage : _table.AllFinished ? FrameKind.Content : FrameKind.Empty;
    }

    private FrameKind? TakeMember(ref Utf8JsonReader reader, Utf8JsonWriter writer, ShapeCopier copier)
    {
        switch (TopMembers.Next(ref reader))
        {
            case TopMember.Choices:
                return TakeChoices(ref reader, writer, copier) ? null : FrameKind.Garbage;
            case TopMember.Usage:
                _figure = UsageFigure.Read(ref reader);
                return null;
            case TopMember.Error:
                return FrameKind.Error;
            default:
                return null;
        }
    }

    private bool TakeChoices(ref Utf8JsonReader reader, Utf8JsonWriter writer, ShapeCopier copier)
    {
        // A second array of choices would make the first one another answer.
        if (reader.TokenType != JsonTokenType.StartArray || _hasChoices)
        {
            return false;
        }

        _hasChoices = true;

        writer.WriteStartArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var parts = ChoiceParts.Read(ref reader, "message"u8);
            if (!parts.IsChoice
                || !parts.HasMessage
                || !_table.Admits(parts.Index)
                || _table.IsBegun(parts.Index)
                || !WriteChoice(ref parts, writer, copier))
            {
                return false;
            }
        }

        writer.WriteEndArray();
        return true;
    }

    private bool WriteChoice(ref ChoiceParts parts, Utf8JsonWriter writer, ShapeCopier copier)
    {
        _table.Begin(parts.Index);
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, parts.Index);
        writer.WriteStartObject("message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        if (!copier.CopyMembers(ref parts.Text, writer, JsonShape.Message))
        {
            return false;
        }

        writer.WriteEndObject();
        if (!parts.CopyLogprobs(copier, writer))
        {
            return false;
        }

        if (parts.Finish is { } finish)
        {
            _table.Finish(parts.Index, finish);
            writer.WriteString("finish_reason"u8, FinishReasons.ToText(finish));
            if (_filter?.StopOf(parts.Index) is { } stop)
            {
                writer.WriteString("stop_sequence"u8, stop);
            }
        }

        writer.WriteEndObject();
        return true;
    }
}
