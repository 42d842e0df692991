using Gateway.Api.Access;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gateway.Api.Telemetry;

/// <summary>Registers what tells of the process.</summary>
internal static class TelemetryServices
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] Reading = ["GET", "HEAD"];

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services
            .AddSingleton<ModelNames>()
            .AddSingleton<GatewayMetrics>()
            .AddSingleton<ManagementListener>()
            .AddSingleton<AccessLog>()
            .AddHostedService(provider => provider.GetRequiredService<AccessLog>())
            .AddSingleton(provider => new GenAiTelemetry(
                GenAiModes.Parse(configuration[GenAiModes.Variable]),
                provider.GetRequiredService<ModelNames>(),
                provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<RequestTelemetry>()
            .AddSingleton<MetricSources>()
            .AddSingleton<MetricsEndpoint>();
        return configuration[Endpoint] is { Length: > 0 } ? services.AddExport() : services;
    }

    /// <summary>Inside the edge, so that a refusal is an error of the API's shape.</summary>
    public static void UseManagementListener(this WebApplication app)
    {
        var listener = app.Services.GetRequiredService<ManagementListener>();
        if (listener.IsOn)
        {
            app.Use(listener.FilterAsync);
        }
    }

    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        var metrics = routes.ServiceProvider.GetRequiredService<MetricsEndpoint>();
        routes.MapMethods(MetricsEndpoint.Path, Reading, (RequestDelegate)metrics.GetAsync)
            .Requires(AccessRule.Public);
    }

    // Where and how it exports is said by OpenTelemetry's own variables. Without an endpoint none of it is made.
    private static IServiceCollection AddExport(this IServiceCollection services)
    {
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("gateway"))
            .WithTracing(traces => traces
                .AddSource(GenAiTelemetry.Source, GenAiTelemetry.ServerSource)
                .AddOtlpExporter())
            .WithMetrics(metrics => metrics.AddMeter(GenAiMetrics.Name).AddOtlpExporter());
        return services;
    }
}
