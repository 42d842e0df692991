using System.Net;
using Gateway.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.DevNet.Miners;

/// <summary>One simulated miner: a Kestrel server of its own on a free loopback port.</summary>
internal sealed class MinerServer : IAsyncDisposable
{
    private const long MaxBodyBytes = 4 << 20;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;
    private readonly MinerApi _api;
    private readonly TimeProvider _time;

    private MinerServer(WebApplication app, MinerApi api, TimeProvider time, DevMiner miner) =>
        (_app, _api, _time, Miner) = (app, api, time, miner);

    internal DevMiner Miner { get; }

    internal MinerTally Tally => _api.Tally;

    /// <param name="profile">Which miner.</param>
    /// <param name="lastPort">Where it listened in an earlier run, and will again if it can; 0 for anywhere.</param>
    /// <param name="options">The network.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="logs">For what goes wrong.</param>
    /// <param name="ct">Gives up the start.</param>
    internal static async Task<MinerServer> StartAsync(
        MinerProfile profile,
        int lastPort,
        DevNetOptions options,
        TimeProvider time,
        ILoggerFactory logs,
        CancellationToken ct)
    {
        var hotkey = new Hotkey(MinerSubnet.HotkeyOf(options.Seed, profile).ToString());
        var gate = new CallerGate(hotkey, options.PermittedCallers, time);
        var api = new MinerApi(options.Seed, profile, gate, time, logs.CreateLogger<MinerApi>());
        var app = await ListenAsync(api, lastPort, ct);
        var kind = profile.Kind.ToString().ToLowerInvariant();
        var axon = new Uri(app.Urls.Single());
        return new MinerServer(
            app, api, time, new(new(MinerSubnet.NetUid), profile.Uid, hotkey, axon, kind, profile.Models));
    }

    /// <summary>Takes no new request, lets those under way end for up to two seconds, then drops them.</summary>
    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(StopTimeout, _time);
        await _app.StopAsync(deadline.Token);
        await _app.DisposeAsync();
    }

    private static async Task<WebApplication> ListenAsync(MinerApi api, int lastPort, CancellationToken ct)
    {
        try
        {
            return await StartAsync(api, lastPort, ct);
        }
        catch (IOException) when (lastPort != 0)
        {
            // Somebody else has it now; the chain hears of the new one.
            return await StartAsync(api, port: 0, ct);
        }
    }

    private static async Task<WebApplication> StartAsync(MinerApi api, int port, CancellationToken ct)
    {
        var app = Build(port);
        app.Run(api.HandleAsync);
        try
        {
            await app.StartAsync(ct);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    // The empty builder reads no configuration, so that neither ASPNETCORE_URLS nor a settings file of the host leaks
    // in.
    private static WebApplication Build(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            Args = [],
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, port));
        return builder.Build();
    }

    private static void Configure(KestrelServerOptions kestrel, int port)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        kestrel.Listen(IPAddress.Loopback, port);
    }
}
