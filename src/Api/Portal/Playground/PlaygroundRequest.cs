using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Api.Portal.Playground;

/// <summary>A field that cannot be sent as it stands.</summary>
/// <param name="field">Which one.</param>
internal sealed class PlaygroundFieldException(string field) : Exception(field)
{
    /// <summary>The name of the field.</summary>
    public string Field => Message;
}

/// <summary>Makes the API's requests of a form's fields, as the page's own script does where there is one.</summary>
/// <param name="field">Reads a field; empty when it is not there.</param>
internal sealed class PlaygroundRequest(Func<string, string> field)
{
    /// <summary>How many may be compared.</summary>
    public const int Lanes = 3;

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The requests of a mode: one, or one for each that is compared.</summary>
    /// <exception cref="PlaygroundFieldException">A field is no number, or no JSON.</exception>
    public IReadOnlyList<JsonObject> Read(PlaygroundMode mode)
    {
        if (mode.Name != PlaygroundMode.Compare)
        {
            var request = new JsonObject { ["model"] = field("model") };
            Add(request, mode);
            AddCap(request);
            return [request];
        }

        var lanes = Enumerable.Range(1, Lanes).Select(lane => field($"target-{lane}")).Where(text => text.Length > 0);
        return [.. lanes.Select(Lane)];
    }

    /// <summary>A request as people read it.</summary>
    public static string Written(JsonObject request) => request.ToJsonString(Readable);

    private JsonObject Lane(string target)
    {
        var chosen = Json("target-1", target) as JsonObject ?? throw new PlaygroundFieldException("target-1");
        var request = new JsonObject { ["model"] = chosen["model"]?.DeepClone(), ["messages"] = Messages() };
        if (chosen["routing"] is { } routing)
        {
            request["routing"] = routing.DeepClone();
        }

        AddNumber(request, "max_tokens");
        AddCap(request);
        return request;
    }

    private void Add(JsonObject request, PlaygroundMode mode)
    {
        switch (mode.Name)
        {
            case PlaygroundMode.Usual:
                AddChat(request);
                break;
            case "responses":
                AddResponse(request);
                break;
            case "embeddings":
                request["input"] = Lines("prompt");
                break;
            case "rerank":
                request["query"] = field("prompt");
                request["documents"] = Lines("documents");
                break;
            case "image":
                request["prompt"] = field("prompt");
                AddText(request, "size");
                break;
            case "speech":
                request["input"] = field("prompt");
                AddText(request, "voice");
                break;
            case "forecast":
                AddForecast(request);
                break;
            case "transcription" or "translation":
                AddText(request, "language");
                break;
            default:
                request["input"] = field("prompt");
                break;
        }
    }

    private void AddChat(JsonObject request)
    {
        request["messages"] = Messages();
        AddNumber(request, "max_tokens");
        if (field("strategy") is { Length: > 0 } strategy)
        {
            request["routing"] = new JsonObject { ["strategy"] = strategy };
        }

        if (field("tools") is { Length: > 0 } tools)
        {
            request["tools"] = Json("tools", tools);
        }

        if (field("schema") is { Length: > 0 } schema)
        {
            request["response_format"] = new JsonObject
            {
                ["type"] = "json_schema",
                ["json_schema"] = new JsonObject { ["name"] = "answer", ["schema"] = Json("schema", schema) },
            };
        }
    }

    private void AddResponse(JsonObject request)
    {
        request["input"] = field("prompt");
        if (field("system") is { Length: > 0 } system)
        {
            request["instructions"] = system;
        }

        if (field("max_tokens").Length > 0)
        {
            request["max_output_tokens"] = Number("max_tokens");
        }

        request["store"] = false;
    }

    private void AddForecast(JsonObject request)
    {
        var values = field("prompt").Split([',', ' ', '\n', '\r', ';'], StringSplitOptions.RemoveEmptyEntries)
            .Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && double.IsFinite(value)
                ? (JsonNode)JsonValue.Create(value)
                : throw new PlaygroundFieldException("prompt"));
        request["series"] = new JsonArray(new JsonObject
        {
            ["id"] = "series",
            ["start"] = field("start"),
            ["step"] = field("step"),
            ["values"] = new JsonArray([.. values]),
        });
        request["horizon"] = Number("horizon");
    }

    private JsonArray Messages()
    {
        var messages = new JsonArray();
        if (field("system") is { Length: > 0 } system)
        {
            messages.Add(new JsonObject { ["role"] = "system", ["content"] = system });
        }

        messages.Add(new JsonObject { ["role"] = "user", ["content"] = field("prompt") });
        return messages;
    }

    private JsonArray Lines(string name) => new([.. field(name)
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(line => (JsonNode)JsonValue.Create(line))]);

    private void AddText(JsonObject request, string name)
    {
        if (field(name) is { Length: > 0 } text)
        {
            request[name] = text;
        }
    }

    private void AddNumber(JsonObject request, string name)
    {
        if (field(name).Length > 0)
        {
            request[name] = Number(name);
        }
    }

    // As text: a cap is an amount of money, and JSON's numbers are not.
    private void AddCap(JsonObject request)
    {
        if (field("max_cost") is { Length: > 0 } cap)
        {
            request["max_cost"] = cap;
        }
    }

    private long Number(string name) =>
        long.TryParse(field(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new PlaygroundFieldException(name);

    private static JsonNode Json(string name, string text)
    {
        try
        {
            return JsonNode.Parse(text) ?? throw new PlaygroundFieldException(name);
        }
        catch (JsonException)
        {
            throw new PlaygroundFieldException(name);
        }
    }
}
