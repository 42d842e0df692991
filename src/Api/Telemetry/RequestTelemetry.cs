using Gateway.Api.OpenAi;

namespace Gateway.Api.Telemetry;

/// <summary>Tells of a request that has ended, to whoever listens.</summary>
internal sealed class RequestTelemetry(
    GatewayMetrics metrics, AccessLog log, GenAiTelemetry genAi, ModelNames models, TimeProvider time)
{
    /// <summary>What is counted for a request whose caller left before there was a status, in nginx's manner.</summary>
    public const int ClientClosed = 499;

    private const string NoEndpoint = "other";
    private const long MicrosPerSecond = 1_000_000;

    public void End(HttpContext context, CallFacts facts)
    {
        var overhead = OverheadOf(facts);
        metrics.Count(EndpointOf(context), StatusOf(context), facts, overhead);
        genAi.End(context, facts);
        if (log.IsOn)
        {
            log.Add(AccessLine.Of(context, facts, models, TotalOf(context), overhead));
        }
    }

    /// <summary>The route's pattern, which holds nothing of the request.</summary>
    public static string EndpointOf(HttpContext context) =>
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? NoEndpoint;

    public static int StatusOf(HttpContext context) =>
        !context.Response.HasStarted && context.RequestAborted.IsCancellationRequested
            ? ClientClosed
            : context.Response.StatusCode;

    // Waiting for the caller to send his body is his time.
    private long? OverheadOf(CallFacts facts) =>
        facts.Timing is { } timing ? Math.Max(0, timing.OverheadMicros - Micros(facts.BodyWait)) : null;

    private long TotalOf(HttpContext context) =>
        context.Features.Get<RequestIdentity>() is { } identity ? Micros(time.GetTimestamp() - identity.Timestamp) : 0;

    private long Micros(long stamps) => (long)((Int128)stamps * MicrosPerSecond / time.TimestampFrequency);
}
