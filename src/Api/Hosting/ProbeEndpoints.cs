using System.Text.Json;
using Gateway.Api.OpenAi;
using Gateway.Api.Redis;
using Gateway.Router;

namespace Gateway.Api.Hosting;

/// <summary>GET /healthz and /readyz. Parts that this version does not have are not named.</summary>
internal sealed class ProbeEndpoints(
    DrainState drain,
    GatewaySettings settings,
    StoreProbe stores,
    RouteBoard board,
    NetworkProbes network,
    RedisLink? redis = null)
{
    public static Task HealthAsync(HttpContext context) => JsonAnswer.WriteAsync(context, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("status"u8, "ok"u8);
        writer.WriteEndObject();
    });

    public async Task ReadyAsync(HttpContext context)
    {
        var store = await stores.IsReachableAsync(context.RequestAborted);
        var experts = board.Serving;
        var ready = store && experts > 0 && network.Chain.IsReady && !drain.IsDraining;
        context.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("ready"u8, ready);
            writer.WriteBoolean("draining"u8, drain.IsDraining);
            writer.WriteStartObject("store"u8);
            writer.WriteBoolean("ready"u8, store);
            writer.WriteString("kind"u8, settings.UsesPostgres ? "postgresql"u8 : "sqlite"u8);
            writer.WriteEndObject();
            writer.WriteStartObject("upstreams"u8);
            writer.WriteBoolean("ready"u8, experts > 0);
            writer.WriteNumber("count"u8, experts);
            writer.WriteEndObject();
            WriteLearning(writer);
            network.Chain.Write(writer);
            network.Metagraph.Write(writer);
            WriteRedis(writer);
            writer.WriteEndObject();
        });
    }

    // Without its store the gate goes on with what it knows: told, and no reason to send this replica nothing.
    private void WriteLearning(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("routing"u8);
        writer.WriteBoolean("ready"u8, true);
        writer.WriteBoolean("store_reachable"u8, board.IsStoreReachable);
        writer.WriteEndObject();
    }

    // Without it a replica works on, with its own part of the rate limits: named, and no reason to send it nothing.
    private void WriteRedis(Utf8JsonWriter writer)
    {
        if (redis is not null)
        {
            writer.WriteStartObject("redis"u8);
            writer.WriteBoolean("ready"u8, redis.IsUp);
            writer.WriteEndObject();
        }
    }
}

/// <summary>The parts of readiness that look at the network.</summary>
internal sealed record NetworkProbes(ChainProbe Chain, MetagraphProbe Metagraph);
