using System.Text;
using System.Text.Json;

namespace Gateway.Testing.Fuzz;

/// <summary>What every answer must be, whatever was asked.</summary>
internal sealed class FuzzJudge(FuzzTarget target)
{
    private const int LeastError = 400;
    private const int InternalError = 500;
    private const int NotFound = 404;

    private readonly byte[][] _secrets =
        [.. ((string[])[target.ApiKey, target.AdminKey, target.PoorKey]).Select(Encoding.ASCII.GetBytes)];

    /// <summary>What is wrong with an answer; null when nothing is.</summary>
    internal string? Fault(FuzzCall call, FuzzAnswer answer)
    {
        if (answer.Status == InternalError)
        {
            return "status 500: " + Encoding.UTF8.GetString(answer.Body);
        }

        if (!answer.IsWhole && call.Manner == Manner.Ask)
        {
            return $"status {answer.Status}, and the answer was cut off";
        }

        if (Array.Exists(_secrets, secret => answer.Body.AsSpan().IndexOf(secret) >= 0))
        {
            return $"status {answer.Status}, and a key stands in the answer";
        }

        // What the server itself cannot read it refuses without a body, and without an id.
        return answer.Status < LeastError || !answer.Headers.ContainsKey("x-request-id") || answer.Body.Length == 0
            || !answer.IsWhole || IsPage(call, answer)
            ? null
            : ErrorFault(answer);
    }

    // Outside the API a request that takes HTML is shown the portal's page, and nothing else may be one.
    private static bool IsPage(FuzzCall call, FuzzAnswer answer)
    {
        var asked = Encoding.Latin1.GetString(call.Pieces[0].Span);
        var target = asked.Split(' ', '\r') is [_, var second, ..] ? second : "";
        return answer.Status == NotFound
            && !target.Contains("/v1", StringComparison.OrdinalIgnoreCase)
            && string.Concat(call.Pieces.Select(piece => Encoding.Latin1.GetString(piece.Span)))
                .Contains("text/html", StringComparison.Ordinal)
            && answer.Headers.TryGetValue("content-type", out var type)
            && type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase)
            && answer.Body.AsSpan().IndexOf("data-page=\"missing\""u8) >= 0;
    }

    private static string? ErrorFault(FuzzAnswer answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            var error = json.RootElement.GetProperty("error");
            return error.GetProperty("message").GetString()!.Length > 0 && error.GetProperty("type").GetString() is { }
                ? null
                : "an error without a message";
        }
        catch (Exception failure) when (
            failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"status {answer.Status}, and no error in JSON: {Encoding.UTF8.GetString(answer.Body)}";
        }
    }
}
