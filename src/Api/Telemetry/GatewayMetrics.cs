using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Gateway.Api.Limits;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Telemetry;

/// <summary>What this process counts. Requests are counted once, when they have ended: nothing here is touched for a
/// token. No label is an organisation, a key, a hotkey or anybody's text.</summary>
internal sealed class GatewayMetrics(ModelNames models)
{
    private const string NoSubnet = "none";

    private static readonly string[] Kinds = ["input", "cached", "output", "reasoning"];

    private readonly CounterFamily<(string Endpoint, int Status, string Code)> _requests = new(
        "gateway_requests_total", "Requests that have ended, by route, HTTP status and error code.",
        key => $"{PrometheusText.Label("endpoint", key.Endpoint)},"
            + $"{PrometheusText.Label("status", key.Status.ToString(CultureInfo.InvariantCulture))},"
            + PrometheusText.Label("code", key.Code));

    private readonly CounterFamily<(string Model, string Kind)> _tokens = new(
        "gateway_tokens_total", "Metered tokens by the model that served; cached ones are part of input.",
        key => $"{PrometheusText.Label("model", key.Model)},{PrometheusText.Label("kind", key.Kind)}");

    private readonly CounterFamily<(NetUid? Subnet, AttemptEnd End)> _attempts = new(
        "gateway_attempts_total", "Tries at experts, by subnet and how they ended.",
        key => $"{PrometheusText.Label("netuid", SubnetOf(key.Subnet))},"
            + PrometheusText.Label("outcome", OutcomeOf(key.End)));

    private readonly CounterFamily<LimitKind> _limited = new(
        "gateway_ratelimited_total", "Requests refused by a rate limit, by what it counts.",
        kind => PrometheusText.Label("limit", LimitOf(kind)));

    private readonly ConcurrentDictionary<ModelId, Series[]> _tokensOf = new();
    private readonly Series _charge = new("");
    private readonly Series _hedges = new("");
    private readonly Series _estimated = new("");
    private readonly Series _drops = new("");

    private readonly Histogram _overhead = new(
        "gateway_overhead_seconds",
        "Time spent on a call of a model while waiting neither for an expert nor for the caller.",
        25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000);

    private readonly Histogram _jitter = new(
        "gateway_stream_jitter_seconds",
        "How uneven the way of a stream's pieces through the gateway was (RFC 3550, 6.4.1), at its end.",
        10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 100_000);

    private readonly Histogram _ttft = new(
        "gateway_ttft_seconds", "From a streamed call's arrival to its first piece.",
        10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 30_000_000,
        60_000_000);

    /// <summary>Counts a request that has ended.</summary>
    /// <param name="endpoint">The route's pattern.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="facts">What is known of it.</param>
    /// <param name="overheadMicros">Of a call of a model.</param>
    public void Count(string endpoint, int status, CallFacts facts, long? overheadMicros)
    {
        _requests.Add((endpoint, status, facts.Code));
        if (facts.Delivery is not { } delivery)
        {
            return;
        }

        CountDelivery(delivery);
        _charge.Add(facts.ChargeNusd);
        if (overheadMicros is { } overhead)
        {
            _overhead.Observe(overhead);
        }

        if (facts.Timing is { TtftMicros: { } ttft })
        {
            _ttft.Observe(ttft);
        }

        if (facts.Timing is { JitterMicros: { } jitter })
        {
            _jitter.Observe(jitter);
        }
    }

    /// <summary>Counts a refusal by a rate limit.</summary>
    public void CountLimited(LimitKind kind) => _limited.Add(kind);

    /// <summary>Counts lines of the access log that were dropped.</summary>
    public void CountDropped(long lines) => _drops.Add(lines);

    /// <summary>Everything this class counts.</summary>
    public void Write(StringBuilder text)
    {
        _overhead.Write(text);
        _jitter.Write(text);
        _ttft.Write(text);
        _requests.Write(text);
        _tokens.Write(text);
        _attempts.Write(text);
        _limited.Write(text);
        Write(text, "gateway_charge_nusd_total", "Charged for calls of models, in nano-USD.", _charge);
        Write(text, "gateway_hedges_total", "Second tries started beside a slow first one.", _hedges);
        Write(text, "gateway_usage_estimated_total", "Answers billed by our own count of tokens.", _estimated);
        Write(text, "gateway_access_log_dropped_total", "Lines of the access log that were not written.", _drops);
    }

    private static void Write(StringBuilder text, string name, string help, Series series) =>
        PrometheusText.Single(text, name, help, "counter", series.Value.ToString(CultureInfo.InvariantCulture));

    private void CountDelivery(Delivery delivery)
    {
        for (var index = 0; index < delivery.Attempts.Count; index++)
        {
            var attempt = delivery.Attempts[index];
            _attempts.Add((attempt.Upstream.NetUid, attempt.End));
            _hedges.Add(attempt.IsHedge ? 1 : 0);
        }

        _estimated.Add(delivery.Estimated ? 1 : 0);
        if (delivery.Lines.Count == 0)
        {
            CountTokens(delivery.Served, delivery.Usage);
            return;
        }

        foreach (var line in delivery.Lines)
        {
            CountTokens(line.HasAnswered ? line.Expert : null, line.Usage);
        }
    }

    private void CountTokens(Upstream? served, Usage usage)
    {
        if (served is null)
        {
            return;
        }

        var series = _tokensOf.TryGetValue(served.Model, out var known) ? known : TokensOf(served.Model);
        series[0].Add(usage.Input);
        series[1].Add(usage.Cached);
        series[2].Add(usage.Output);
        series[3].Add(usage.Reasoning);
    }

    // A name that is not the catalogue's is not remembered either: it may be there tomorrow.
    private Series[] TokensOf(ModelId model)
    {
        var name = models.NameOf(model);
        Series[] series = [.. Kinds.Select(kind => _tokens.Of((name, kind)))];
        return name == ModelNames.Other ? series : _tokensOf.GetOrAdd(model, series);
    }

    private static string SubnetOf(NetUid? subnet) =>
        subnet?.Value.ToString(CultureInfo.InvariantCulture) ?? NoSubnet;

    private static string OutcomeOf(AttemptEnd end) => end switch
    {
        AttemptEnd.Complete => "complete",
        AttemptEnd.Failed => "failed",
        AttemptEnd.Cancelled => "cancelled",
    };

    private static string LimitOf(LimitKind kind) => kind switch
    {
        LimitKind.RequestsPerMinute => "requests_per_minute",
        LimitKind.TokensPerMinute => "tokens_per_minute",
        LimitKind.RequestsPerDay => "requests_per_day",
        LimitKind.Concurrent => "concurrent",
    };
}
