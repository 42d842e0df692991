using Gateway.Api.Hosting;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Telemetry;

/// <summary>Keeps the management listener and the public one apart: metrics are read on the first, everything else on
/// the second. DevNet has no listener of its own for it.</summary>
internal sealed class ManagementListener(GatewaySettings settings)
{
    private readonly HashSet<int> _ports = [.. settings.ManagementUrls.Select(url => url.Port)];

    /// <summary>Whether there is one.</summary>
    public bool IsOn => _ports.Count > 0;

    /// <summary>Whether a request may read the metrics: where there is a listener for it, only there.</summary>
    public bool MayServeMetrics(HttpContext context) =>
        _ports.Contains(context.Connection.LocalPort) || (settings.IsDevNet && !IsOn);

    /// <summary>Answers 404 to whatever is none of its business.</summary>
    public Task FilterAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value;
        return !_ports.Contains(context.Connection.LocalPort)
            || path is MetricsEndpoint.Path or "/healthz" or "/readyz"
                ? next(context)
                : throw new RefusedException(OpenAiError.NotFound(
                    "not_found", "Only /metrics, /healthz and /readyz are served here."));
    }
}
