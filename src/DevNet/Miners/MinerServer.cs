using System.Net;
using System.Text;
using Gateway.ChainBridge.Keys;
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
    private const ushort SubnetNumber = 4;
    private const int KeyLength = 32;
    private const long MaxBodyBytes = 4 << 20;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;
    private readonly MinerApi _api;
    private readonly TimeProvider _time;

    private MinerServer(WebApplication app, MinerApi api, TimeProvider time, DevMiner miner) =>
        (_app, _api, _time, Miner) = (app, api, time, miner);

    internal DevMiner Miner { get; }

    internal MinerTally Tally => _api.Tally;

    internal static async Task<MinerServer> StartAsync(
        MinerProfile profile, DevNetOptions options, TimeProvider time, ILoggerFactory logs, CancellationToken ct)
    {
        var hotkey = HotkeyOf(options.Seed, profile.Uid);
        var gate = new CallerGate(hotkey, options.PermittedCallers, time);
        var api = new MinerApi(options.Seed, profile, gate, time, logs.CreateLogger<MinerApi>());
        var app = Build();
        app.Run(api.HandleAsync);
        await app.StartAsync(ct);
        var kind = profile.Kind.ToString().ToLowerInvariant();
        var axon = new Uri(app.Urls.Single());
        return new MinerServer(app, api, time, new(new(SubnetNumber), profile.Uid, hotkey, axon, kind, profile.Models));
    }

    /// <summary>Takes no new request, lets those under way end for up to two seconds, then drops them.</summary>
    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(StopTimeout, _time);
        await _app.StopAsync(deadline.Token);
        await _app.DisposeAsync();
    }

    // The empty builder reads no configuration, so that neither ASPNETCORE_URLS nor a settings file of the host leaks
    // in.
    private static WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            Args = [],
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure);
        return builder.Build();
    }

    private static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        kestrel.Listen(IPAddress.Loopback, port: 0);
    }

    private static Hotkey HotkeyOf(int seed, int uid)
    {
        var secret = new byte[KeyLength];
        Hashes.Blake2b256(Encoding.UTF8.GetBytes($"devnet miner {seed} {uid}"), secret);
        using var key = Sr25519Keypair.FromMiniSecret(secret);
        return new Hotkey(Ss58.Encode(key.PublicKey));
    }
}
