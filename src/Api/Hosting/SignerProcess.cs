using Gateway.Api.Wiring;
using Gateway.Billing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Hosting;

/// <summary>A process with the role signer alone: it reaches out to books and chain, and nothing reaches in.</summary>
internal static class SignerProcess
{
    /// <summary>The process, nothing started; the builder has its settings and its locked data directory.</summary>
    /// <exception cref="StartRefusedException">There is no key.</exception>
    public static WebApplication Build(WebApplicationBuilder builder, GatewaySettings settings)
    {
        builder.Services.AddPayouts(builder.Configuration);
        builder.Services
            .AddSingleton<ChainLink>()
            .AddHostedService(provider => provider.GetRequiredService<ChainLink>())
            .AddSigner(settings)
            .AddSingleton<IServer, NoListener>();
        var app = builder.Build();

        // The container disposes in reverse order of making: the lock must outlive the books.
        _ = app.Services.GetRequiredService<DataDirectory>();
        RequireKey(app.Services.GetRequiredService<SignerSetup>());
        app.Lifetime.ApplicationStarted.Register(
            () => Console.WriteLine("Gateway signer: no listener; it pays what the books have approved."));
        return app;
    }

    private static void RequireKey(SignerSetup setup)
    {
        if (setup.KeyFile() is null)
        {
            throw new StartRefusedException(
                "The signer has no key: put the hot wallet's mini secret, 64 hex digits, into keys/hot-wallet in the "
                + "data directory, mode 0600.");
        }
    }

    /// <summary>Stands where a web server would.</summary>
    private sealed class NoListener : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
