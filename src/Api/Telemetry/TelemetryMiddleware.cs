namespace Gateway.Api.Telemetry;

/// <summary>Outside of all others: collects what is known of a request and hands it on when the request has
/// ended.</summary>
internal sealed class TelemetryMiddleware(RequestDelegate next, RequestTelemetry telemetry)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var facts = new CallFacts();
        context.Features.Set(facts);
        try
        {
            await next(context);
        }
        finally
        {
            telemetry.End(context, facts);
        }
    }
}
