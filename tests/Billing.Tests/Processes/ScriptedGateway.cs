using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Testing;
using Gateway.Testing.Miners;

namespace Gateway.Billing.Tests.Processes;

/// <summary>The real executable on a PostgreSQL, with one expert that sends four tokens at once, or after the first
/// waits for the test.</summary>
internal sealed partial class ScriptedGateway : IAsyncDisposable
{
    /// <summary>What an answer costs, in nano-USD: four tokens at 10 USD a million.</summary>
    internal const long Cost = 40_000;

    private const int Tokens = 4;

    private readonly SemaphoreSlim _goOn = new(0);
    private ScriptedMiner? _miner;
    private GatewayProcess? _process;
    private HttpClient? _client;

    /// <summary>Calls that reached the expert.</summary>
    internal int Calls => _miner!.Calls.Count;

    internal static async Task<ScriptedGateway> StartAsync(string connection, CancellationToken ct)
    {
        var gateway = new ScriptedGateway();
        gateway._miner = await ScriptedMiner.StartAsync(gateway.AnswerAsync, ct);
        gateway._process = await GatewayProcess.StartReadyAsync(
            GatewayProcess.NewDataDirectory(),
            $"--Gateway:Storage:ConnectionString={connection}",
            "--Gateway:Upstreams:Static:0:Name=scripted",
            $"--Gateway:Upstreams:Static:0:BaseAddress={gateway._miner.Address}",
            "--Gateway:Upstreams:Static:0:Models:0=scripted",
            "--Gateway:Pricing:Usd:scripted:Input=0",
            "--Gateway:Pricing:Usd:scripted:Output=10");
        gateway._client = gateway._process.CreateClient();
        return gateway;
    }

    /// <summary>One answer to its end: the status, and what it says that it costs.</summary>
    internal async Task<(HttpStatusCode Status, long Cost)> AskAsync(bool isSlow, CancellationToken ct)
    {
        var body = $$"""
            {"model":"scripted","stream":true,"max_tokens":8,"messages":[{"role":"user","content":"{{isSlow}}"}]}
            """;
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _client!.PostAsync(new Uri("v1/chat/completions", UriKind.Relative), content, ct);
        var cost = CostPattern().Match(await answer.Content.ReadAsStringAsync(ct));
        return (answer.StatusCode,
            cost.Success ? long.Parse(cost.Groups[1].Value, CultureInfo.InvariantCulture) : 0);
    }

    /// <summary>An answer that is under way when this returns.</summary>
    internal async Task<Task<(HttpStatusCode Status, long Cost)>> BeginSlowAsync(CancellationToken ct)
    {
        var before = Calls;
        var answer = AskAsync(isSlow: true, ct);
        while (Calls == before)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, ct);
        }

        return answer;
    }

    /// <summary>The slow answer goes on.</summary>
    internal void GoOn() => _goOn.Release();

    internal void Signal(int signal) => _process!.Signal(signal);

    internal async Task<JsonNode> CreditsAsync(CancellationToken ct) => JsonNode.Parse(
        await _client!.GetStringAsync(new Uri("v1/credits", UriKind.Relative), ct))!["data"]!;

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_process is { } process)
        {
            await process.DisposeAsync();
            Directory.Delete(process.DataDirectory, recursive: true);
        }

        await _miner!.DisposeAsync();
        _goOn.Dispose();
    }

    private async Task AnswerAsync(MinerCall call)
    {
        var isSlow = Encoding.UTF8.GetString(call.Body.Span).Contains("True", StringComparison.Ordinal);
        for (var token = 1; token <= Tokens; token++)
        {
            await call.SendTextAsync("x", token);
            if (isSlow && token == 1)
            {
                await _goOn.WaitAsync(call.Gone);
            }
        }

        await call.SendAsync(ChatFrames.Finish() + ChatFrames.Usage("7", $"{Tokens}") + ChatFrames.Done);
    }

    [GeneratedRegex("\"cost_nusd\":([0-9]+)")]
    private static partial Regex CostPattern();
}
