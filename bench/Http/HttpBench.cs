using System.Text.Json.Nodes;

namespace Gateway.Bench.Http;

/// <summary>The gateway beside bare YARP in one paired run, both in front of the same mock expert, each server in its
/// own process. Ratios are taken round by round, so that a machine whose speed drifts does not tilt them.</summary>
internal static class HttpBench
{
    // At least; both servers by the same rule. The gateway has far more code, and so more for the JIT to do.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var rounds = arguments.Number("--rounds", 5);
        var duration = TimeSpan.FromSeconds(arguments.Number("--seconds", 3));
        var connections = arguments.Number("--connections", 32);
        Measures.WriteMachine();

        var data = Directory.CreateTempSubdirectory("gateway-bench-");
        try
        {
            var self = typeof(HttpBench).Assembly.Location;
            await using var mock = await ServerProcess.StartAsync(self, url => [MockExpert.Role, url]);
            await using var yarp = await ServerProcess.StartAsync(self, url => [BareYarp.Role, url, mock.Url]);
            await using var gateway = await ServerProcess.StartAsync(
                GatewayAssembly(), url => GatewayArguments(url, mock.Url, data.FullName, arguments.Text("--with")));
            var key = await ReadKeyAsync(data.FullName);
            foreach (var kind in Enum.GetValues<LoadKind>())
            {
                using var ours = new Load(gateway, key, kind);
                using var bare = new Load(yarp, null, kind);
                await new Pair(ours, bare, kind).MeasureAsync(rounds, duration, connections, WarmUp);
            }
        }
        finally
        {
            data.Delete(recursive: true);
        }

        return 0;
    }

    private static string GatewayAssembly() => typeof(Api.Hosting.GatewaySettings).Assembly.Location;

    private static IEnumerable<string> GatewayArguments(string url, string mock, string data, string? settings) =>
    [
        "--urls", url,
        $"--Gateway:DataDirectory={data}",
        "--Gateway:Upstreams:Static:0:Name=mock",
        $"--Gateway:Upstreams:Static:0:BaseAddress={mock}/v1",
        $"--Gateway:Upstreams:Static:0:Models:0={MockExpert.Model}",

        // Cheap enough that the demo credit lasts for every run.
        $"--Gateway:Pricing:Usd:{MockExpert.Model}:Input=0.01",
        $"--Gateway:Pricing:Usd:{MockExpert.Model}:Output=0.01",
        .. (settings ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(setting => $"--{setting}"),
    ];

    private static async Task<string> ReadKeyAsync(string data)
    {
        var file = Path.Combine(data, "devnet.json");
        for (var tries = 0; !File.Exists(file) && tries < 500; tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }

        return (string)JsonNode.Parse(await File.ReadAllTextAsync(file))!["apiKey"]!;
    }
}
