using System.Text;
using System.Text.Json;
using Gateway.Core;
using Gateway.DevNet.Brain;

namespace Gateway.DevNet.Miners;

/// <summary>Reads a chat completion request. A field that would change the answer and that the engine cannot honour is
/// refused by name; sampling parameters pass, since the engine has one answer.</summary>
internal sealed class ChatRequestReader
{
    /// <summary>Tokens of a prompt.</summary>
    internal const int ContextLength = 8192;

    private const string Revision = "Revise your answer above";
    private const int MaxMessages = 2048;
    private const int MaxStops = 4;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly HashSet<string> Roles = ["developer", "system", "user", "assistant", "tool", "function"];

    private readonly IReadOnlyList<ModelId> _models;
    private ChatRefusal? _refusal;

    private ChatRequestReader(IReadOnlyList<ModelId> models) => _models = models;

    /// <summary>The request, or why it is refused; one of the two is null.</summary>
    internal static (ChatRequest? Request, ChatRefusal? Refusal) Read(
        ReadOnlyMemory<byte> body, IReadOnlyList<ModelId> models)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var reader = new ChatRequestReader(models);
            var request = reader.Read(document.RootElement);
            return reader._refusal is null ? (request, null) : (null, reader._refusal);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A lone surrogate passes the parser and fails only when its text is read.
            return (null, new ChatRefusal(400, "invalid_json", null, "The body is not valid JSON."));
        }
    }

    private ChatRequest? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            Refuse("invalid_type", null, "The body must be an object.");
            return null;
        }

        UnsupportedFields.Check(root, Refuse);
        var stream = Flag(root, "stream");
        var options = Optional(root, "stream_options", JsonValueKind.Object);
        if (options is not null && !stream)
        {
            Refuse("invalid_value", "stream_options", "stream_options needs stream to be true.");
        }

        var (prompt, draft, tokens) = ReadMessages(root);
        var includeUsage = options is { } given && Flag(given, "include_usage");
        return new ChatRequest(ReadModel(root), prompt, tokens)
        {
            Draft = draft,
            Stream = stream,
            IncludeUsage = includeUsage,
            ContinuousUsage = includeUsage && Flag(options!.Value, "continuous_usage_stats"),
            MaxTokens = ReadMaxTokens(root),
            Stops = ReadStops(root),
        };
    }

    private ModelId ReadModel(JsonElement root)
    {
        var name = Optional(root, "model", JsonValueKind.String)?.GetString();
        var model = new ModelId(name ?? "");
        if (name is null)
        {
            Refuse("missing_required_parameter", "model", "model is required.");
        }
        else if (!_models.Contains(model))
        {
            _refusal ??= new ChatRefusal(404, "model_not_found", "model", "This miner does not serve that model.");
        }

        return model;
    }

    // Who is asked to revise an answer has nothing to add to it: a simulated model gives it back as it is.
    private (string Prompt, string? Draft, int Tokens) ReadMessages(JsonElement root)
    {
        var messages = Optional(root, "messages", JsonValueKind.Array);
        if (messages is null || messages.Value.GetArrayLength() is < 1 or > MaxMessages)
        {
            Refuse("missing_required_parameter", "messages", "messages must hold 1 to 2048 messages.");
            return ("", null, 0);
        }

        var (prompt, before, tokens, index) = ("", "", 0, 0);
        foreach (var message in messages.Value.EnumerateArray())
        {
            var text = ReadMessage(message, $"messages[{index++}]", out var isUser);
            tokens += AnswerTokens.Count(text);
            (prompt, before) = isUser ? (text, before) : (prompt, text);
        }

        if (tokens > ContextLength)
        {
            Refuse("context_length_exceeded", "messages", $"The prompt is above {ContextLength} tokens.");
        }

        return (prompt, prompt.StartsWith(Revision, StringComparison.Ordinal) ? before : null, tokens);
    }

    private string ReadMessage(JsonElement message, string path, out bool isUser)
    {
        isUser = false;
        if (message.ValueKind != JsonValueKind.Object)
        {
            Refuse("invalid_type", path, "A message must be an object.");
            return "";
        }

        var role = Optional(message, "role", JsonValueKind.String)?.GetString() ?? "";
        if (!Roles.Contains(role))
        {
            Refuse("invalid_value", $"{path}.role", "The role is unknown.");
        }

        isUser = role == "user";
        var content = Present(message, "content");
        return content switch
        {
            null => "",
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { ValueKind: JsonValueKind.Array } parts => ReadParts(parts, $"{path}.content"),
            _ => RefuseText("invalid_type", $"{path}.content", "The content must be text or a list of parts."),
        };
    }

    private string ReadParts(JsonElement parts, string path)
    {
        var text = new StringBuilder();
        var index = 0;
        foreach (var part in parts.EnumerateArray())
        {
            var place = $"{path}[{index++}]";
            var isText = part.ValueKind == JsonValueKind.Object
                && Optional(part, "type", JsonValueKind.String)?.GetString() == "text";
            text.Append(isText
                ? Optional(part, "text", JsonValueKind.String)?.GetString()
                    ?? RefuseText("missing_required_parameter", $"{place}.text", "A text part needs its text.")
                : RefuseText("unsupported_parameter", place, "This model reads text parts only."));
        }

        return text.ToString();
    }

    private int ReadMaxTokens(JsonElement root)
    {
        var old = ReadLimit(root, "max_tokens");
        var current = ReadLimit(root, "max_completion_tokens");
        if (old is not null && current is not null && old != current)
        {
            Refuse("invalid_value", "max_completion_tokens", "max_tokens says something else.");
        }

        return Math.Min(current ?? old ?? ChatRequest.OutputTokensLimit, ChatRequest.OutputTokensLimit);
    }

    private int? ReadLimit(JsonElement root, string name)
    {
        if (Optional(root, name, JsonValueKind.Number) is not { } value)
        {
            return null;
        }

        if (!value.TryGetInt32(out var limit) || limit < 1)
        {
            Refuse("invalid_value", name, $"{name} must be an integer above zero.");
        }

        return limit;
    }

    private List<string> ReadStops(JsonElement root)
    {
        var stops = new List<string>();
        if (Present(root, "stop") is not { } value)
        {
            return stops;
        }

        var texts = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value];
        stops.AddRange(texts.Where(text => text.ValueKind == JsonValueKind.String).Select(text => text.GetString()!));
        if (stops.Count != texts.Length || stops.Count > MaxStops || stops.Contains(""))
        {
            Refuse("invalid_value", "stop", "stop must be a text or up to four texts, none empty.");
        }

        return stops;
    }

    private bool Flag(JsonElement parent, string name)
    {
        var value = Present(parent, name);
        if (value is not null and not { ValueKind: JsonValueKind.True or JsonValueKind.False })
        {
            Refuse("invalid_type", name, $"{name} must be true or false.");
        }

        return value is { ValueKind: JsonValueKind.True };
    }

    private JsonElement? Optional(JsonElement parent, string name, JsonValueKind kind)
    {
        var value = Present(parent, name);
        if (value is null || value.Value.ValueKind == kind)
        {
            return value;
        }

        Refuse("invalid_type", name, $"{name} must be of type {kind.ToString().ToLowerInvariant()}.");
        return null;
    }

    internal static JsonElement? Present(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    // The first fault is the one that is told.
    private void Refuse(string code, string? param, string message) =>
        _refusal ??= new ChatRefusal(400, code, param, message);

    private string RefuseText(string code, string param, string message)
    {
        Refuse(code, param, message);
        return "";
    }
}
