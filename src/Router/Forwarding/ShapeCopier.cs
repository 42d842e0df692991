using System.Text.Json;
using Gateway.Router.Metering;

namespace Gateway.Router.Forwarding;

/// <summary>Where a text was copied from and to.</summary>
/// <param name="At">Its first byte in what is read.</param>
/// <param name="Length">Its bytes, free of escapes.</param>
/// <param name="WrittenEnd">One past its last byte in what this writer wrote, its end quote left out.</param>
/// <param name="Meaning">How it counts.</param>
internal readonly record struct CopiedText(int At, int Length, int WrittenEnd, TextMeaning Meaning);

/// <summary>Copies a value of a known shape from one JSON text to another, token by token through reader and writer,
/// and counts its text. Nothing an upstream wrote reaches a caller as raw bytes but digits the reader has
/// checked.</summary>
internal sealed class ShapeCopier : IDisposable
{
    private readonly PooledBuffer _unescaped = new();

    /// <summary>What was counted since it was last cleared.</summary>
    internal TextFacts Facts { get; set; }

    /// <summary>The last text that counted, of more than no bytes.</summary>
    internal CopiedText Text { get; private set; }

    /// <summary>Whether thoughts are counted but not written.</summary>
    internal bool HidesReasoning { get; set; }

    public void Dispose() => _unescaped.Dispose();

    /// <summary>Copies a value; the reader stands on its first token and ends on its last. False: it has another shape.
    /// Throws <see cref="JsonException"/> for malformed JSON and <see cref="InvalidOperationException"/> for text that
    /// is no Unicode.</summary>
    internal bool Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer, JsonShape shape)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            writer.WriteNullValue();
            return true;
        }

        return (shape.Kind, reader.TokenType) switch
        {
            (ShapeKind.Text, JsonTokenType.String) => CopyText(ref reader, writer, shape.Meaning),
            (ShapeKind.Number, JsonTokenType.Number) => CopyNumber(ref reader, writer),
            (ShapeKind.Object, JsonTokenType.StartObject) => CopyObject(ref reader, writer, shape),
            (ShapeKind.Array, JsonTokenType.StartArray) => CopyArray(ref reader, writer, shape.Item!),
            _ => false,
        };
    }

    /// <summary>Copies an object's known members into an object already begun.</summary>
    internal bool CopyMembers(ref Utf8JsonReader reader, Utf8JsonWriter writer, JsonShape shape)
    {
        var seen = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var known = Find(ref reader, shape.Members);
            reader.Read();
            if (known < 0)
            {
                reader.Skip();
                continue;
            }

            // Written twice, two readers of our JSON could see two different answers.
            if ((seen & (1 << known)) != 0)
            {
                return false;
            }

            seen |= 1 << known;
            if (HidesReasoning && shape.Members[known].Shape.Meaning == TextMeaning.Reasoning
                && reader.TokenType == JsonTokenType.String)
            {
                CountHidden(ref reader);
                continue;
            }

            writer.WritePropertyName(shape.Members[known].Utf8);
            if (!Copy(ref reader, writer, shape.Members[known].Shape))
            {
                return false;
            }
        }

        return true;
    }

    private static int Find(ref Utf8JsonReader reader, ShapeMember[] members)
    {
        for (var i = 0; i < members.Length; i++)
        {
            if (reader.ValueTextEquals(members[i].Utf8))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool CopyNumber(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
        return true;
    }

    private bool CopyObject(ref Utf8JsonReader reader, Utf8JsonWriter writer, JsonShape shape)
    {
        writer.WriteStartObject();
        var copied = CopyMembers(ref reader, writer, shape);
        writer.WriteEndObject();
        return copied;
    }

    private bool CopyArray(ref Utf8JsonReader reader, Utf8JsonWriter writer, JsonShape item)
    {
        writer.WriteStartArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!Copy(ref reader, writer, item))
            {
                return false;
            }
        }

        writer.WriteEndArray();
        return true;
    }

    private void CountHidden(ref Utf8JsonReader reader)
    {
        _unescaped.Clear();
        Text = default;
        Facts += new TextFacts(0, reader.CopyString(_unescaped.GetSpan(reader.ValueSpan.Length)), 0);
    }

    private bool CopyText(ref Utf8JsonReader reader, Utf8JsonWriter writer, TextMeaning meaning)
    {
        _unescaped.Clear();
        _unescaped.Advance(reader.CopyString(_unescaped.GetSpan(reader.ValueSpan.Length)));
        writer.WriteStringValue(_unescaped.Written);
        var length = _unescaped.Length;
        if (length > 0 && meaning is TextMeaning.Output or TextMeaning.Reasoning)
        {
            var end = writer.BytesCommitted + writer.BytesPending - 1;
            Text = new((int)reader.TokenStartIndex + 1, length, (int)end, meaning);
        }

        Facts += meaning switch
        {
            TextMeaning.Output => new(length, 0, 0),
            TextMeaning.Reasoning => new(0, length, 0),
            TextMeaning.ToolCall => new(0, 0, length > 0 ? 1 : 0),
            TextMeaning.Other => default,
        };
        return true;
    }
}
