using System.Text.Json.Nodes;
using Gateway.Api.Wiring;
using Gateway.DevNet;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Hosting;

/// <summary>Says on the console, and on DevNet in devnet.json, that the process serves now and how to use it.</summary>
internal sealed partial class Announcer(
    IServer server,
    GatewaySettings settings,
    DataDirectory directory,
    IConfiguration configuration,
    IServiceProvider services,
    ILogger<Announcer> logger)
{
    public void AnnounceWhenReady(WebApplication app) => app.Lifetime.ApplicationStarted.Register(Announce);

    private void Announce()
    {
        var address = Address();
        foreach (var key in SettingsCheck.WithoutEffect(configuration))
        {
            Log.WithoutEffect(logger, key);
        }

        if (settings.IsDevNet)
        {
            AnnounceDevNet(address);
            return;
        }

        Console.WriteLine($"Gateway on {settings.Network}.");
        Console.WriteLine($"API   {address}/v1");
        Console.WriteLine($"Pages {address}/");
        Console.WriteLine($"Data  {directory.FullPath}");
        Console.WriteLine(settings.UsesPostgres
            ? "Keys  create-owner --email you@example.org makes an organisation and its keys"
            : "Keys  stop this, then create-owner --email you@example.org makes an organisation and its keys");
    }

    private void AnnounceDevNet(string address)
    {
        var account = services.GetRequiredService<DevNetAccount>();
        services.GetRequiredService<DevNetFile>().Write(DevNetContent(address, account));
        Console.WriteLine("Gateway on DevNet: simulated miners and demo credit on this machine, not Bittensor.");
        Console.WriteLine($"API   {address}/v1");
        Console.WriteLine($"Pages http://localhost:{new Uri(address).Port}/  (portalLogin of devnet.json)");
        var chain = services.GetRequiredService<DevNetHost>().Network!.ChainEndpoints[0];
        Console.WriteLine($"Chain {chain}  (a simulator)");
        Console.WriteLine($"Data  {directory.FullPath}  (keys and miners: devnet.json)");
        Console.WriteLine("Try   this; every answer carries its cost, and its receipt's id in x-gateway-receipt:");
        Console.WriteLine($"curl -N {address}/v1/chat/completions -H 'Authorization: Bearer {account.ApiKey}' "
            + "-H 'Content-Type: application/json' "
            + """-d '{"model":"auto","stream":true,"messages":[{"role":"user","content":"What is 12 * 34?"}]}'""");
    }

    private JsonObject DevNetContent(string address, DevNetAccount account)
    {
        var network = services.GetRequiredService<DevNetHost>().Network!;
        return new()
        {
            ["baseUrl"] = $"{address}/v1",
            ["apiKey"] = account.ApiKey,
            ["adminKey"] = account.AdminKey,
            ["organization"] = account.Org.ToString(),
            ["portalUrl"] = $"http://localhost:{new Uri(address).Port}/",
            ["portalLogin"] = new JsonObject
            {
                ["email"] = DevNetAccount.OwnerEmail,
                ["password"] = account.Password,
            },
            ["operatorLogin"] = new JsonObject
            {
                ["email"] = DevNetAccount.OperatorEmail,
                ["password"] = account.OperatorPassword,
            },
            ["chainUrl"] = network.ChainEndpoints[0].ToString().TrimEnd('/'),
            ["depositAddress"] = services.GetRequiredService<DemoGift>().Address,
            ["faucetUri"] = DevNetwork.FaucetAccount,
            ["tokenPriceUsd"] = settings.FixedRate?.ToUsdPerTao(),
            ["miners"] = new JsonArray([.. network.Miners.Select(MinerContent)]),
        };
    }

    private static JsonObject MinerContent(DevMiner miner) => new()
    {
        ["netuid"] = miner.NetUid.Value,
        ["uid"] = miner.Uid,
        ["hotkey"] = miner.Hotkey.ToString(),
        ["axon"] = miner.Axon.GetLeftPart(UriPartial.Authority),
        ["kind"] = miner.Kind,
        ["models"] = new JsonArray([.. miner.Models.Select(model => JsonValue.Create(model.Value))]),
    };

    // The server binds port 0 to a free one; only it knows which.
    private string Address() =>
        server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First().TrimEnd('/');

    private static partial class Log
    {
        [LoggerMessage(5001, LogLevel.Warning,
            "{Key} is set, but the piece it steers is not in this version: no effect")]
        public static partial void WithoutEffect(ILogger logger, string key);
    }
}
