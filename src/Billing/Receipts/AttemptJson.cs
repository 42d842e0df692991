using System.Text.Json.Nodes;

namespace Gateway.Billing;

/// <summary>Attempts as a record keeps them and a receipt shows them.</summary>
internal static class AttemptJson
{
    private const string StaticPrefix = "static/";

    internal static string Write(IReadOnlyList<AttemptRecord> attempts) =>
        new JsonArray([.. attempts.Select(Write)]).ToJsonString();

    private static JsonObject Write(AttemptRecord attempt) => new()
    {
        ["kind"] = KindOf(attempt),
        ["upstream"] = attempt.Upstream,
        ["netuid"] = attempt.NetUid?.Value,
        ["uid"] = attempt.Uid,
        ["hotkey"] = attempt.Hotkey?.Ss58,
        ["out_from"] = attempt.OutputFrom,
        ["out_to"] = attempt.OutputTo,
        ["outcome"] = Words.Of(attempt.Outcome),
        ["reason"] = attempt.Reason,
        ["ttft_ms"] = attempt.TtftMs,
    };

    private static string KindOf(AttemptRecord attempt) => attempt switch
    {
        { NetUid: not null } => "miner",
        _ when attempt.Upstream.StartsWith(StaticPrefix, StringComparison.Ordinal) => "static",
        _ => "local",
    };
}
