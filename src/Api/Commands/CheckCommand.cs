using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Hosting;
using Gateway.Api.Rates;
using Gateway.Api.Redis;
using Gateway.ChainBridge;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Gateway.Api.Commands;

/// <summary><c>check</c>: are the settings good and can everything they name be reached? Starts and changes
/// nothing.</summary>
internal static class CheckCommand
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    public static async Task<int> RunAsync(string[] args)
    {
        Options.RequireSettings(args);
        var problems = new JsonArray();
        var builder = GatewayBuilder.Create(args, out var settings);
        foreach (var upstream in settings.StaticUpstreams)
        {
            var address = upstream.BaseAddress!;
            await AddAsync(problems, $"{upstream} at {address}", () => ConnectAsync(address));
        }

        if (settings.UsesPostgres)
        {
            await AddAsync(problems, "Gateway:Storage:ConnectionString", () => OpenAsync(settings));
        }

        if (settings.UsesRedis)
        {
            await AddAsync(problems, "Gateway:Redis:ConnectionString", () => PingAsync(settings));
        }

        if (settings is { UsesChain: true, IsDevNet: false })
        {
            await CheckChainAsync(problems, settings);
        }

        var rates = await RateCheck.ReadAsync(settings, problems);
        var withoutEffect = SettingsCheck.WithoutEffect(builder.Configuration);
        CommandOutput.Write(new JsonObject
        {
            ["ok"] = problems.Count == 0,
            ["network"] = settings.Network,
            ["dataDirectory"] = settings.DataDirectory,
            ["store"] = settings.UsesPostgres ? "postgresql" : "sqlite",
            ["redis"] = settings.UsesRedis,
            ["chainEndpoints"] = settings.UsesChain ? settings.Chain.Endpoints.Count : 0,
            ["staticUpstreams"] = settings.StaticUpstreams.Count,
            ["rates"] = rates,
            ["withoutEffect"] = new JsonArray([.. withoutEffect.Select(key => JsonValue.Create(key))]),
            ["problems"] = problems,
        });
        return problems.Count == 0 ? 0 : 1;
    }

    private static async Task AddAsync(JsonArray problems, string what, Func<Task> attempt)
    {
        try
        {
            await attempt().WaitAsync(ConnectTimeout);
        }
        catch (ArgumentException)
        {
            problems.Add($"{what} is malformed.");
        }
        catch (Exception failure) when (
            failure is SocketException or TimeoutException or RedisException || StoreFault.Is(failure))
        {
            // A driver's message may quote the connection string, so only the kind of failure is told.
            problems.Add($"{what} cannot be reached ({failure.GetBaseException().GetType().Name}).");
        }
    }

    // A node must not only answer: it must serve the right chain.
    private static async Task CheckChainAsync(JsonArray problems, GatewaySettings settings)
    {
        var options = settings.Chain.ToOptions(settings.Chain.Endpoints, settings.Network, pinned: null);
        await using var chain =
            ChainConnection.Open(options, TimeProvider.System, new Random(), NullLoggerFactory.Instance);
        var ends = TimeProvider.System.GetTimestamp();
        while (chain.Nodes.Any(node => node is { IsConnected: false, Refusal: null })
            && TimeProvider.System.GetElapsedTime(ends) < ConnectTimeout)
        {
            await Task.Delay(Beat, TimeProvider.System, CancellationToken.None);
        }

        foreach (var node in chain.Nodes.Where(node => !node.IsConnected))
        {
            problems.Add(node.Refusal is { } refusal
                ? $"Gateway:Chain:Endpoints: {node.Address} is refused: {refusal}."
                : $"Gateway:Chain:Endpoints: {node.Address} cannot be reached.");
        }
    }

    private static async Task ConnectAsync(Uri address)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.DnsSafeHost, address.Port);
    }

    private static async Task PingAsync(GatewaySettings settings)
    {
        var options = RedisSettings.Read(settings.RedisConnectionString);
        options.AbortOnConnectFail = true;
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        await connection.GetDatabase().PingAsync();
    }

    private static async Task OpenAsync(GatewaySettings settings)
    {
        var options = new DbContextOptionsBuilder<AccessDb>().UseNpgsql(settings.StorageConnectionString).Options;
        await using var db = new AccessDb(options);
        await db.Database.OpenConnectionAsync();
    }
}
