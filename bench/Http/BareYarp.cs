using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Bench.Http;

/// <summary>YARP with one route and nothing else: the least a proxy in this runtime can cost.</summary>
internal static class BareYarp
{
    public const string Role = "serve-yarp";

    public static async Task<int> ServeAsync(string url, string destination)
    {
        var builder = BenchServer.Create(url);
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "mock", Match = new() { Path = "{**all}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = "mock",
                    Destinations = new Dictionary<string, DestinationConfig>
                    {
                        ["mock"] = new() { Address = destination },
                    },
                },
            ]);
        var app = builder.Build();
        app.MapReverseProxy();
        await app.RunAsync();
        return 0;
    }
}
