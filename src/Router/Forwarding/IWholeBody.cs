using System.Text.Json;

namespace Gateway.Router.Forwarding;

/// <summary>What of an answer in one piece came from the expert.</summary>
internal interface IWholeBody : IDisposable
{
    /// <summary>The answer, where it is no JSON object: then nothing of ours stands in it.</summary>
    public TaskAnswer? Raw => null;

    /// <summary>Members of ours about this answer.</summary>
    public ReadOnlyMemory<byte> Notes => default;

    /// <summary>Writes its members into the answer's object, all but usage and what is the gateway's.</summary>
    public void Write(Utf8JsonWriter writer, AnswerHead head);
}

/// <summary>A chat completion's.</summary>
internal sealed class ChatBody(WholeAnswer answer) : IWholeBody
{
    public void Dispose() => answer.Dispose();

    public void Write(Utf8JsonWriter writer, AnswerHead head) => Write(writer, head, answer.Choices);

    internal static void Write(Utf8JsonWriter writer, AnswerHead head, ReadOnlySpan<byte> choices)
    {
        writer.WriteString("id"u8, head.Id);
        writer.WriteString("object"u8, "chat.completion"u8);
        writer.WriteNumber("created"u8, head.Created);
        writer.WriteString("model"u8, head.Served.Model.Value);
        writer.WritePropertyName("choices"u8);
        writer.WriteRawValue(choices, skipInputValidation: true);
    }
}

/// <summary>That of an answer which is no chat.</summary>
internal sealed class TaskBody(TaskAnswer answer) : IWholeBody
{
    public TaskAnswer? Raw => answer.MediaType is null ? null : answer;

    public ReadOnlyMemory<byte> Notes => answer.Notes;

    /// <summary>What goes before it on a stream.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Frames => answer.Frames ?? [];

    public void Dispose()
    {
    }

    public void Write(Utf8JsonWriter writer, AnswerHead head)
    {
        if (answer.IdPrefix is { } prefix)
        {
            writer.WriteString("id"u8, prefix + head.Request.Value.ToString("N"));
        }

        writer.WriteString("model"u8, head.Served.Model.Value);
        using var body = JsonDocument.Parse(answer.Body);
        foreach (var member in body.RootElement.EnumerateObject())
        {
            member.WriteTo(writer);
        }
    }
}
