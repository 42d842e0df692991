using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Gateway.Api.Access;
using Gateway.Api.Content;
using Gateway.Api.Limits;
using Gateway.Api.OpenAi;
using Gateway.Api.OpenApi;
using Gateway.Api.Portal;
using Gateway.Api.Portal.Sessions;
using Gateway.Api.Rates;
using Gateway.Api.Redis;
using Gateway.Api.Telemetry;
using Gateway.Api.Tokens;
using Gateway.Api.Wiring;
using Gateway.Billing;
using Gateway.Router;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Api.Hosting;

/// <summary>Builds and runs the server.</summary>
internal static class GatewayHost
{
    private const string KestrelAssembly = "Microsoft.AspNetCore.Server.Kestrel.Core";

    /// <summary>Runs until it is asked to stop; returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        await using var app = Build(args);
        try
        {
            await app.RunAsync();
            return 0;
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            throw new StartRefusedException($"{failure.Message} Choose another with --urls http://127.0.0.1:PORT, "
                + "for metrics with Gateway:Management:Urls.");
        }
        catch (Exception failure) when (failure is SocketException || failure.Source == KestrelAssembly)
        {
            throw new StartRefusedException($"{failure.Message} --urls takes addresses such as http://127.0.0.1:8080.");
        }
    }

    /// <summary>The whole application, its data directory locked, nothing started.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="replace">Puts other services in the place of ours; null leaves them.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The container owns the directory and disposes it last.")]
    public static WebApplication Build(string[] args, Action<IServiceCollection>? replace = null)
    {
        var builder = GatewayBuilder.Create(args, out var settings);

        // Before any port: the second process on a directory must not even listen.
        var directory = DataDirectory.Lock(settings.DataDirectory);
        try
        {
            builder.AddServer(settings);
            builder.Services.AddSingleton(settings).AddSingleton(_ => directory).AddSingleton(TimeProvider.System);
            if (settings.IsSignerAlone)
            {
                return SignerProcess.Build(builder, settings);
            }

            builder.Services.AddAccess(settings);
            builder.Services.AddContent(settings);
            builder.Services.AddTokens(settings);
            builder.Services.AddTelemetry(builder.Configuration);
            builder.Services.AddRateLimits();
            builder.Services.AddRedis(settings);
            builder.Services.AddBilling(builder.Configuration);
            builder.Services.AddModelRouter();
            builder.Services.AddRouterStore(builder.Configuration);
            builder.Services.AddWiring(settings);
            builder.Services.AddRateSources(settings);
            builder.Services.AddPortalSessions();
            builder.Services.AddEndpoints();
            builder.Services.AddPortal();
            replace?.Invoke(builder.Services);
            var app = builder.Build();

            // The container disposes in reverse order of making: the lock must outlive the books.
            _ = app.Services.GetRequiredService<DataDirectory>();
            app.UseMiddleware<TelemetryMiddleware>();
            app.UseMiddleware<EdgeMiddleware>();
            app.UseManagementListener();
            app.UseMiddleware<PortalMiddleware>();
            app.UseDocs();
            app.UseRouting();
            app.UseMiddleware<AccessMiddleware>();
            app.UsePortalSessions();
            app.MapGateway();
            app.MapPortal();
            app.Services.GetRequiredService<Announcer>().AnnounceWhenReady(app);
            return app;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }
}
