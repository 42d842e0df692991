using System.Text;
using System.Text.Json;

namespace Gateway.Api.Responses;

/// <summary>What an item of a response's output is.</summary>
internal enum ItemKind
{
    /// <summary>The expert's shown thoughts.</summary>
    Reasoning,

    /// <summary>Text for the reader.</summary>
    Text,

    /// <summary>Why there is none.</summary>
    Refusal,

    /// <summary>A function to be called.</summary>
    Call,
}

/// <summary>One item of a response's output, as far as it is known.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its id in the response.</param>
/// <param name="CallNumber">Which of the expert's calls, where it is one.</param>
internal sealed record ResponseItem(ItemKind Kind, string Id, int CallNumber = -1)
{
    private const string InProgress = "in_progress";

    /// <summary>Its text, or its arguments.</summary>
    public StringBuilder Text { get; } = new();

    /// <summary>By which a function's result names its call.</summary>
    public string CallId { get; set; } = "";

    /// <summary>The function's name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Log probabilities of its tokens, raw JSON arrays.</summary>
    public List<string> Logprobs { get; } = [];

    /// <summary>Where it stands.</summary>
    public string Status { get; set; } = InProgress;

    public bool IsOpen => Status == InProgress;

    /// <summary>The type of its only part.</summary>
    public string PartType => Kind switch
    {
        ItemKind.Reasoning => "reasoning_text",
        ItemKind.Text => "output_text",
        ItemKind.Refusal => "refusal",
        ItemKind.Call => "",
    };

    /// <summary>Writes the item; one that has just begun has no part yet.</summary>
    public void Write(Utf8JsonWriter writer, bool withPart = true)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, Id);
        writer.WriteString("status"u8, Status);
        if (Kind == ItemKind.Call)
        {
            writer.WriteString("type"u8, "function_call"u8);
            writer.WriteString("call_id"u8, CallId);
            writer.WriteString("name"u8, Name);
            writer.WriteString("arguments"u8, withPart ? Text.ToString() : "");
        }
        else
        {
            WriteParts(writer, withPart);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes its part.</summary>
    public void WritePart(Utf8JsonWriter writer, bool isEmpty)
    {
        var text = isEmpty ? "" : Text.ToString();
        writer.WriteStartObject();
        writer.WriteString("type"u8, PartType);
        writer.WriteString(Kind == ItemKind.Refusal ? "refusal"u8 : "text"u8, text);
        if (Kind == ItemKind.Text)
        {
            writer.WriteStartArray("annotations"u8);
            writer.WriteEndArray();
            writer.WritePropertyName("logprobs"u8);
            WriteLogprobs(writer, isEmpty ? [] : Logprobs);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes arrays of log probabilities as one.</summary>
    public static void WriteLogprobs(Utf8JsonWriter writer, IEnumerable<string> arrays)
    {
        writer.WriteStartArray();
        foreach (var array in arrays)
        {
            using var parsed = JsonDocument.Parse(array);
            foreach (var token in parsed.RootElement.EnumerateArray())
            {
                token.WriteTo(writer);
            }
        }

        writer.WriteEndArray();
    }

    private void WriteParts(Utf8JsonWriter writer, bool withPart)
    {
        if (Kind == ItemKind.Reasoning)
        {
            writer.WriteString("type"u8, "reasoning"u8);
            writer.WriteStartArray("summary"u8);
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteString("type"u8, "message"u8);
            writer.WriteString("role"u8, "assistant"u8);
        }

        writer.WriteStartArray("content"u8);
        if (withPart)
        {
            WritePart(writer, isEmpty: false);
        }

        writer.WriteEndArray();
    }
}
