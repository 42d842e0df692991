using Gateway.Api.Wiring;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Logging.Console;

namespace Gateway.Api.Hosting;

/// <summary>The host's frame: where settings come from, how the server listens, where logs go.</summary>
internal static class GatewayBuilder
{
    private const string DefaultUrls = "http://127.0.0.1:8080";
    private const int MaxConnections = 20_000;
    private const int MaxStreamsPerConnection = 100;
    private const int MaxHeaderBytes = 16 * 1024;
    private const int MaxHeaders = 100;
    private const int MaxRequestLine = 8 * 1024;
    private const int MaxResponseBuffer = 16 * 1024;
    private const int BodyBytesPerSecond = 240;

    // A body just over our limit is read to its end, so that its sender sees the 413 and not a broken connection.
    private const int BodyGrace = 1024 * 1024;

    /// <summary>A builder whose settings were read and found good.</summary>
    /// <exception cref="StartRefusedException">Every problem of the settings, a line each.</exception>
    public static WebApplicationBuilder Create(string[] args, out GatewaySettings settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [.. args, "--hostBuilder:reloadConfigOnChange=false"],

            // appsettings.json is read beside the binary; relative paths in settings start at the caller's folder.
            ContentRootPath = AppContext.BaseDirectory,
        });
        if ((builder.Configuration["Gateway:Network"] ?? GatewaySettings.DevNet) == GatewaySettings.DevNet)
        {
            // First in the list, so that everything else overrides it.
            builder.Configuration.Sources.Insert(
                0, new MemoryConfigurationSource { InitialData = DevNetDefaults.Settings });
        }

        Require(SettingsCheck.Problems(builder.Configuration));
        settings = GatewaySettings.Read(builder.Configuration);
        Require([.. settings.Problems()]);
        return builder;
    }

    public static void AddServer(this WebApplicationBuilder builder, GatewaySettings settings)
    {
        var urls = builder.Configuration[WebHostDefaults.ServerUrlsKey];
        var main = string.IsNullOrWhiteSpace(urls) ? DefaultUrls : ListenAddresses.Require(urls);
        builder.WebHost.UseUrls(ListenAddresses.Join(main, settings.IsSignerAlone ? [] : settings.ManagementUrls));

        var connections = new ConnectionCap(settings);
        builder.WebHost.ConfigureKestrel(options =>
        {
            Harden(options);
            options.ConfigureEndpointDefaults(listen =>
            {
                listen.Use(connections.Guard);
                listen.Use(SendProgress.Count);
            });
        });
        builder.WebHost.UseSockets(SendQueue.Shorten);
        builder.Services.Configure<HostOptions>(
            options => options.ShutdownTimeout = settings.DrainTimeout + Drain.Grace);

        // Commands print JSON on standard output; logs never mix with it.
        builder.Services.Configure<ConsoleLoggerOptions>(
            options => options.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void Harden(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        var limits = options.Limits;
        limits.MaxConcurrentConnections = MaxConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestBodySize = Chat.ChatEndpoint.MaxBody + BodyGrace;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestHeaderCount = MaxHeaders;
        limits.MaxRequestLineSize = MaxRequestLine;
        limits.MaxResponseBufferSize = MaxResponseBuffer;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        limits.MinRequestBodyDataRate = new(BodyBytesPerSecond, TimeSpan.FromSeconds(5));
        limits.Http2.MaxStreamsPerConnection = MaxStreamsPerConnection;

        // A stream is as slow as its expert; a reader that takes nothing is cut by the router.
        limits.MinResponseDataRate = null;
    }

    private static void Require(IReadOnlyList<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new StartRefusedException(string.Join(Environment.NewLine, problems));
        }
    }
}
