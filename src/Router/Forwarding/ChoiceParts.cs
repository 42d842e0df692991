using System.Text.Json;

namespace Gateway.Router.Forwarding;

/// <summary>Where the parts of one choice lie. Members come in any order, so they are found before any is
/// copied.</summary>
internal ref struct ChoiceParts
{
    private Utf8JsonReader _logprobs;
    private bool _hasLogprobs;

    /// <summary>Stands on the start of the message or delta; usable when <see cref="HasMessage"/>.</summary>
    internal Utf8JsonReader Text;

    internal int Index { get; private set; }

    internal FinishReason? Finish { get; private set; }

    internal bool HasMessage { get; private set; }

    /// <summary>Whether the message says anything.</summary>
    internal readonly bool HasText => HasMessage && SaysAnything(Text);

    /// <summary>Whether what was read is a choice at all.</summary>
    internal bool IsChoice { get; private set; }

    /// <summary>Reads a choice; the reader ends on its last token.</summary>
    internal static ChoiceParts Read(ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> messageName)
    {
        var parts = default(ChoiceParts);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return parts;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!parts.TakeMember(ref reader, messageName))
            {
                return parts;
            }
        }

        parts.IsChoice = true;
        return parts;
    }

    /// <summary>Writes the log probabilities, or null without any.</summary>
    internal bool CopyLogprobs(ShapeCopier copier, Utf8JsonWriter writer)
    {
        writer.WritePropertyName("logprobs"u8);
        if (_hasLogprobs)
        {
            return copier.Copy(ref _logprobs, writer, JsonShape.Logprobs);
        }

        writer.WriteNullValue();
        return true;
    }

    private bool TakeMember(ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> messageName)
    {
        if (reader.ValueTextEquals(messageName))
        {
            reader.Read();
            Text = reader;
            HasMessage = reader.TokenType == JsonTokenType.StartObject;
            var acceptable = HasMessage || reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            return acceptable;
        }

        if (reader.ValueTextEquals("index"u8))
        {
            reader.Read();
            var known = reader.TokenType == JsonTokenType.Number
                && reader.TryGetInt32(out var index) && index is >= 0 and < ChoiceTable.MaxChoices;
            Index = known ? reader.GetInt32() : 0;
            return known;
        }

        if (reader.ValueTextEquals("finish_reason"u8))
        {
            reader.Read();
            var read = FinishReasons.TryRead(ref reader, out var finish);
            Finish = finish;
            return read;
        }

        TakeOther(ref reader);
        return true;
    }

    private void TakeOther(ref Utf8JsonReader reader)
    {
        var isLogprobs = reader.ValueTextEquals("logprobs"u8);
        reader.Read();
        if (isLogprobs)
        {
            _logprobs = reader;
            _hasLogprobs = true;
        }

        reader.Skip();
    }

    private static bool SaysAnything(Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isText = reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("refusal"u8)
                || reader.ValueTextEquals("reasoning_content"u8);
            var isCall = reader.ValueTextEquals("tool_calls"u8) || reader.ValueTextEquals("function_call"u8);
            reader.Read();
            if ((isText && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0)
                || (isText && reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                || (isCall && HasElements(reader)))
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static bool HasElements(Utf8JsonReader reader) =>
        reader.TokenType is not JsonTokenType.Null
        && (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject)
            || (reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject)));
}
