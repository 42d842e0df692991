using System.Text.Json.Nodes;

namespace Gateway.Api.Tests.Faults;

/// <summary>One of the four endpoints that generate text: what it is asked, and how its answers show that all went
/// well.</summary>
internal sealed record Tongue(string Path, string Body)
{
    internal static readonly Tongue[] All =
    [
        new("chat/completions",
            """{"model":"scripted","stream":STREAM,"messages":[{"role":"user","content":"DEED"}]}"""),
        new("completions", """{"model":"scripted","stream":STREAM,"prompt":"DEED"}"""),
        new("responses", """{"model":"scripted","stream":STREAM,"input":"DEED"}"""),
        new("messages",
            """
            {"model":"scripted","stream":STREAM,"max_tokens":100,"messages":[{"role":"user","content":"DEED"}]}
            """),
    ];

    internal static Tongue Of(string path) => All.Single(tongue => tongue.Path == path);

    internal string Ask(string deed, bool stream) => Body
        .Replace("STREAM", stream ? "true" : "false", StringComparison.Ordinal)
        .Replace("DEED", deed, StringComparison.Ordinal);

    /// <summary>Whether a client would take this for a whole answer, by any of the marks it looks for.</summary>
    internal bool LooksWell(string answer, bool stream) => !stream
        ? JsonNode.Parse(answer)!["error"] is null
        : Path switch
        {
            "responses" => answer.Contains("response.completed", StringComparison.Ordinal)
                || answer.Contains("\"status\":\"completed\",\"usage\"", StringComparison.Ordinal),
            "messages" => answer.Contains("message_stop", StringComparison.Ordinal)
                || answer.Contains("\"stop_reason\":\"end_turn\"", StringComparison.Ordinal),
            _ => answer.Contains("[DONE]", StringComparison.Ordinal)
                || answer.Contains("\"finish_reason\":\"stop\"", StringComparison.Ordinal),
        };

    /// <summary>Whether it says that it failed, in its own way.</summary>
    internal bool TellsError(string answer, bool stream) => !stream
        ? JsonNode.Parse(answer)!["error"] is not null
        : Path switch
        {
            "responses" => answer.Contains("event: error\n", StringComparison.Ordinal)
                && answer.Contains("event: response.failed\n", StringComparison.Ordinal),
            "messages" => answer.Contains("event: error\n", StringComparison.Ordinal),
            _ => answer.Contains("data: {\"error\":", StringComparison.Ordinal),
        };
}
