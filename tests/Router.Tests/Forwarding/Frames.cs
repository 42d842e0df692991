using System.Text.Json;

namespace Gateway.Router.Tests.Forwarding;

/// <summary>Reads our own streams as a plain client does.</summary>
internal static class Frames
{
    /// <summary>The JSON of every frame but <c>[DONE]</c>; every line must be data, a comment or blank.</summary>
    internal static JsonElement[] Parse(string body)
    {
        var lines = body.Split('\n');
        Assert.All(lines, line => Assert.True(
            line.Length == 0 || line[0] == ':' || line.StartsWith("data: ", StringComparison.Ordinal), line));
        return [.. lines.Where(line => line.StartsWith("data: {", StringComparison.Ordinal))
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line["data: ".Length..]))];
    }

    internal static string Delta(this JsonElement frame) =>
        frame.GetProperty("choices")[0].GetProperty("delta").GetRawText();

    internal static string Text(string body) => string.Concat(Parse(body)
        .Where(frame => frame.TryGetProperty("choices", out var choices) && choices.GetArrayLength() > 0)
        .Select(frame => frame.GetProperty("choices")[0].GetProperty("delta"))
        .Select(delta => delta.TryGetProperty("content", out var content) ? content.GetString() : ""));
}
