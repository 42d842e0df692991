using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Core;

namespace Gateway.Api.Portal.Playground;

/// <summary>What the API answered, as a page without scripts shows it.</summary>
/// <param name="Title">Who was asked.</param>
/// <param name="Text">What came, or what was wrong, with everything visible that could hide something.</param>
internal sealed record PlaygroundAnswer(string Title, string Text)
{
    private const int ShownNumbers = 8;
    private const int PercentDigits = 4;

    /// <summary>What was asked, as JSON.</summary>
    public string Asked { get; init; } = "";

    /// <summary>Whether it is an error.</summary>
    public bool IsError { get; init; }

    /// <summary>The request, under which it stands in the activity; null when nothing was charged.</summary>
    public string? Request { get; init; }

    /// <summary>What was charged; null: not told.</summary>
    public NanoUsd? Cost { get; init; }

    /// <summary>Tokens in and out; null where there are none.</summary>
    public (long Input, long Output)? Tokens { get; init; }

    /// <summary>Pictures, as data URLs.</summary>
    public IReadOnlyList<string> Pictures { get; init; } = [];

    /// <summary>Sound, as a data URL.</summary>
    public string? Sound { get; init; }

    /// <summary>Reads an answer.</summary>
    /// <param name="title">Who was asked.</param>
    /// <param name="asked">The request.</param>
    /// <param name="answer">The API's.</param>
    public static PlaygroundAnswer Of(string title, string asked, PlaygroundReply answer)
    {
        if (answer.Type.StartsWith("audio/", StringComparison.Ordinal))
        {
            return new(title, "")
            {
                Asked = asked,
                Request = answer.Request,
                Cost = answer.Cost,
                Sound = $"data:{answer.Type.Split(';')[0]};base64,{Convert.ToBase64String(answer.Body)}",
            };
        }

        var body = (answer.Body.Length > 0 ? JsonNode.Parse(answer.Body) as JsonObject : null) ?? [];
        if (body["error"]?["message"] is { } message)
        {
            return new(title, SafeText.Of((string?)message ?? "")) { Asked = asked, IsError = true };
        }

        var usage = body["usage"];
        return new(title, SafeText.Of(TextOf(body)))
        {
            Asked = asked,
            Request = answer.Request,
            Cost = usage?["cost_nusd"] is { } cost ? new NanoUsd((long)cost) : null,
            Tokens = TokensOf(usage) is (0, 0) ? null : TokensOf(usage),
            Pictures = [.. (body["data"] as JsonArray ?? []).Select(one => (string?)one?["b64_json"]).OfType<string>()
                .Select(bytes => $"data:image/{(string?)body["output_format"] ?? "png"};base64,{bytes}")],
        };
    }

    private static (long, long)? TokensOf(JsonNode? usage) =>
        (usage?["prompt_tokens"] ?? usage?["input_tokens"]) is not { } input ? null
            : ((long)input, (long?)(usage?["completion_tokens"] ?? usage?["output_tokens"]) ?? 0);

    private static string TextOf(JsonObject body)
    {
        if (body["choices"]?[0]?["message"] is JsonObject chat)
        {
            return (string?)chat["content"] ?? chat["tool_calls"]?.ToJsonString() ?? "";
        }

        if (body["output"] is JsonArray output)
        {
            return string.Concat(output.SelectMany(item => item?["content"] as JsonArray ?? [])
                .Select(part => (string?)part?["text"]));
        }

        return body switch
        {
            _ when body["text"] is { } text => (string?)text ?? "",
            _ when body["results"] is JsonArray results => string.Join('\n', results.Select(Result)),
            _ when body["data"] is JsonArray data => string.Join('\n', data.Select(Vector).OfType<string>()),
            _ => body.ToJsonString(),
        };
    }

    // A rerank's, or a moderation's: what is judged to be there first.
    private static string Result(JsonNode? result) => result?["relevance_score"] is { } score
        ? $"{(int?)result["index"] + 1}. {Number((double)score)}"
        : string.Join(", ", (result?["category_scores"] as JsonObject ?? [])
            .OrderByDescending(one => (double?)one.Value)
            .Select(one => $"{one.Key}: {Number((double?)one.Value ?? 0)}"));

    private static string? Vector(JsonNode? one)
    {
        if (one?["embedding"] is JsonArray numbers)
        {
            var shown = numbers.Take(ShownNumbers).Select(number => Number((double?)number ?? 0));
            return $"[{string.Join(", ", shown)}"
                + (numbers.Count > ShownNumbers ? $", … {numbers.Count}]" : "]");
        }

        return one?["points"] is JsonArray points
            ? string.Join(", ", points.Select(number => Number((double?)number ?? 0)))
            : null;
    }

    private static string Number(double number) =>
        Math.Round(number, PercentDigits).ToString("0.####", CultureInfo.InvariantCulture);
}

/// <summary>The API's answer to a page's request.</summary>
/// <param name="Type">Its media type.</param>
/// <param name="Body">Its bytes.</param>
/// <param name="Request">The request's id.</param>
/// <param name="Cost">From its headers, where an answer has no usage of its own.</param>
internal sealed record PlaygroundReply(string Type, byte[] Body, string Request, NanoUsd? Cost);
