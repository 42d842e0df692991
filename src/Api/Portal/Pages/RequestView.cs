using System.Globalization;
using System.Text.Json;
using Gateway.Api.Portal.Charts;
using Gateway.Core;

namespace Gateway.Api.Portal.Pages;

/// <summary>A request as its page shows it: read from its receipt, which is all that is signed, and from its route,
/// which is kept for a while.</summary>
internal sealed class RequestView
{
    private readonly JsonElement _receipt;
    private readonly JsonElement? _route;

    private RequestView(JsonElement receipt, JsonElement? route) => (_receipt, _route) = (receipt, route);

    public string ModelAsked => Text("model_asked");

    public string? ModelServed => _receipt.GetProperty("model_served").GetString();

    public string Strategy => Text("strategy");

    public string Endpoint => Text("endpoint");

    public string Outcome => Text("outcome");

    public string FinishReason => Text("finish_reason");

    public bool IsEstimated => _receipt.GetProperty("estimated").GetBoolean();

    public NanoUsd Charge => new(_receipt.GetProperty("charge_nusd").GetInt64());

    public DateTimeOffset Started => Time("started");

    public TimeSpan Took => Time("ended") - Started;

    public long Input => Tokens("input_tokens");

    public long Cached => Tokens("cached_tokens");

    public long Output => Tokens("output_tokens");

    /// <summary>The time to the first token of the attempt that served; null when it is not known.</summary>
    public long? Ttft => Attempts.LastOrDefault(attempt => attempt.Outcome == "complete")?.Ttft;

    /// <summary>Tokens a second after the first; null when there are too few to tell.</summary>
    public double? Speed => Ttft is { } ttft && Output > 1 && Took.TotalMilliseconds > ttft
        ? (Output - 1) / (Took.TotalMilliseconds - ttft) * 1000
        : null;

    /// <summary>Every attempt, in the order they were made.</summary>
    public IReadOnlyList<AttemptView> Attempts => [.. _receipt.GetProperty("attempts").EnumerateArray()
        .Select(AttemptView.Of)];

    /// <summary>What each call of an expert cost.</summary>
    public IReadOnlyList<(string Role, string Model, long Input, long Output, long Version)> Lines =>
    [
        .. _receipt.GetProperty("lines").EnumerateArray()
            .Where(line => line.GetProperty("price_version").ValueKind == JsonValueKind.Number)
            .Select(line => (
                line.GetProperty("role").GetString() ?? "",
                line.GetProperty("model").GetString() ?? "",
                line.GetProperty("usage").GetProperty("input_tokens").GetInt64(),
                line.GetProperty("usage").GetProperty("output_tokens").GetInt64(),
                line.GetProperty("price_version").GetInt64())),
    ];

    /// <summary>Who could have answered, best first; null when the route is not kept any more.</summary>
    public IReadOnlyList<CandidateView>? Candidates => _route is not { } route ? null :
        [.. route.GetProperty("candidates").EnumerateArray().Select(CandidateView.Of)];

    /// <summary>Why these experts were asked, in the router's own words.</summary>
    public string? Reason =>
        _route is { } route && route.TryGetProperty("reason", out var reason) ? reason.GetString() : null;

    /// <summary>The cheapest candidate with what it would have cost at most; null when nobody knows.</summary>
    public CandidateView? Cheapest => Candidates?.Where(candidate => candidate.Cost is not null)
        .MinBy(candidate => candidate.Cost!.Value.Value);

    /// <summary>The rows of the waterfall: what is not measured has no bar.</summary>
    public IReadOnlyList<ChartSpan> Spans(AttemptView attempt)
    {
        var total = Took.TotalMilliseconds;
        if (total <= 0 || attempt.Ttft is not { } ttft || Attempts.Count > 1)
        {
            return [];
        }

        return [new("wait", 0, ttft / total), new(attempt.Outcome == "failed" ? "failed" : "stream", ttft / total, 1)];
    }

    public static RequestView Read(ReadOnlyMemory<byte> receipt, ReadOnlyMemory<byte>? route) => new(
        JsonElement.Parse(receipt.Span), route is { } json ? JsonElement.Parse(json.Span) : null);

    private string Text(string name) => _receipt.GetProperty(name).GetString() ?? "";

    private long Tokens(string name) => _receipt.GetProperty("usage").GetProperty(name).GetInt64();

    private DateTimeOffset Time(string name) => DateTimeOffset.Parse(Text(name), CultureInfo.InvariantCulture);
}

/// <summary>One call of an expert.</summary>
internal sealed record AttemptView(
    string Kind, string Upstream, long? NetUid, long? Uid, string? Hotkey, long From, long To, string Outcome,
    string Reason, long? Ttft)
{
    public static AttemptView Of(JsonElement attempt) => new(
        attempt.GetProperty("kind").GetString() ?? "",
        attempt.GetProperty("upstream").GetString() ?? "",
        Number(attempt, "netuid"),
        Number(attempt, "uid"),
        attempt.GetProperty("hotkey").GetString(),
        attempt.GetProperty("out_from").GetInt64(),
        attempt.GetProperty("out_to").GetInt64(),
        attempt.GetProperty("outcome").GetString() ?? "",
        attempt.GetProperty("reason").GetString() ?? "",
        Number(attempt, "ttft_ms"));

    private static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetInt64() : null;
}

/// <summary>Who could have answered, and what spoke for it.</summary>
internal sealed record CandidateView(
    string Expert, string Model, double? Quality, double? Deviation, NanoUsd? Cost, double? Load, double? Score,
    double? Propensity, bool IsChosen, string? Reason)
{
    public static CandidateView Of(JsonElement one) => new(
        one.GetProperty("expert").GetString() ?? "",
        one.GetProperty("model").GetString() ?? "",
        Number(one, "p"),
        Number(one, "sd"),
        one.TryGetProperty("cost_nusd", out var cost) && cost.ValueKind == JsonValueKind.Number
            ? new NanoUsd(cost.GetInt64()) : null,
        Number(one, "load"),
        Number(one, "score"),
        Number(one, "propensity"),
        one.TryGetProperty("chosen", out var chosen) && chosen.GetBoolean(),
        one.TryGetProperty("reason", out var reason) ? reason.GetString() : null);

    private static double? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble() : null;
}
