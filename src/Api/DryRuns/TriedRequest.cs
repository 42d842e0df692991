using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.Completions;
using Gateway.Api.Messages;
using Gateway.Api.Responses;
using Gateway.Api.Tasks;

namespace Gateway.Api.DryRuns;

/// <summary>A request that somebody thinks of sending, as far as limits care.</summary>
/// <param name="Endpoint">One of <see cref="Endpoints"/>.</param>
/// <param name="Model">A model's id, or <c>auto</c>.</param>
internal sealed record TriedRequest(string Endpoint, string Model)
{
    /// <summary>The longest prompt, in bytes.</summary>
    public const int MaxPrompt = 4_000_000;

    private static readonly IChatShape[] Shapes =
    [
        ChatShape.Instance, CompletionsShape.Instance, ResponsesShape.Instance, MessagesShape.Instance,
        EmbeddingsShape.Instance,
    ];

    /// <summary>The endpoints whose requests are a prompt of text.</summary>
    public static IReadOnlyList<string> Endpoints { get; } = Array.ConvertAll(Shapes, shape => shape.Path);

    /// <summary>Bytes of the prompt, 1 to <see cref="MaxPrompt"/>.</summary>
    public int PromptBytes { get; init; } = 1;

    /// <summary>The most tokens of an answer; null: the request does not say.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>How many answers.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>A strategy's name; null: the request does not say.</summary>
    public string? Strategy { get; init; }

    public bool IsStreamed { get; init; }

    /// <summary>The end user that it names; null: none.</summary>
    public string? User { get; init; }

    /// <summary>What reads such requests.</summary>
    public IChatShape Shape => Array.Find(Shapes, shape => shape.Path == Endpoint)
        ?? throw new InvalidOperationException("There is no such endpoint.");

    /// <summary>The body that would be sent.</summary>
    public byte[] ToBody()
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, Model);
            WritePrompt(writer);
            if (MaxTokens is { } most)
            {
                writer.WriteNumber(Endpoint == ResponsesShape.ThePath ? "max_output_tokens"u8 : "max_tokens"u8, most);
            }

            if (Choices != 1)
            {
                writer.WriteNumber("n"u8, Choices);
            }

            if (IsStreamed)
            {
                writer.WriteBoolean("stream"u8, true);
            }

            WriteUser(writer);
            WriteStrategy(writer);
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private void WritePrompt(Utf8JsonWriter writer)
    {
        var text = new string('x', PromptBytes);
        if (Endpoint is ChatEndpoint.Path or MessagesShape.ThePath)
        {
            writer.WriteStartArray("messages"u8);
            writer.WriteStartObject();
            writer.WriteString("role"u8, "user"u8);
            writer.WriteString("content"u8, text);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteString(Endpoint == CompletionsShape.ThePath ? "prompt"u8 : "input"u8, text);
        }
    }

    private void WriteUser(Utf8JsonWriter writer)
    {
        if (User is { } user && Endpoint == MessagesShape.ThePath)
        {
            writer.WriteStartObject("metadata"u8);
            writer.WriteString("user_id"u8, user);
            writer.WriteEndObject();
        }
        else if (User is not null)
        {
            writer.WriteString("user"u8, User);
        }
    }

    private void WriteStrategy(Utf8JsonWriter writer)
    {
        if (Strategy is { } strategy)
        {
            writer.WriteStartObject("routing"u8);
            writer.WriteString("strategy"u8, strategy);
            writer.WriteEndObject();
        }
    }
}
