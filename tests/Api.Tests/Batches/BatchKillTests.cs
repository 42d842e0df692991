using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Api.Tests.Money;
using Gateway.Testing;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Batches;

/// <summary>Real processes killed without a word while they run a batch: every line stands in its results once, is
/// charged once, and what was charged is what the caller got.</summary>
public abstract class BatchKillTests
{
    private const int Lines = 300;
    private const long Charge = 15_000;

    private readonly Random _random = new(20_261_123);

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>How often a process is killed.</summary>
    private protected abstract int Kills { get; }

    /// <summary>How many processes serve at once.</summary>
    private protected abstract int Processes { get; }

    [Fact]
    public async Task Killed_mid_batch_no_line_is_charged_twice_and_none_is_lost()
    {
        await using var miner = await ScriptedMiner.StartAsync(AnswerAsync, Token);
        string[] settings = [.. await StoreAsync(), .. InProcessGateway.StaticExpert(miner.Address, "scripted", "10")];
        var folders = Enumerable.Range(0, Processes).Select(_ => GatewayProcess.NewDataDirectory()).ToArray();
        await using var fleet = new Fleet(folders, settings);
        await fleet.StartAllAsync();
        var batch = await BatchGateway.CreateAsync(
            fleet.Client(0)!, Enumerable.Range(0, Lines).Select(i => BatchGateway.Line($"line {i}", $"{i}")));
        var counted = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            // Each kill comes while lines are being answered, a while after the last.
            var before = miner.Calls.Count;
            while (miner.Calls.Count < before + 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(30)), TimeProvider.System, Token);
            await fleet.KillAndRestartAsync(kill % Processes);
            var now = await BatchGateway.GetAsync(fleet.Client(kill % Processes)!, (string)batch["id"]!);
            var (total, completed) = (
                (int)now["request_counts"]!["total"]!, (int)now["request_counts"]!["completed"]!);
            Assert.Equal(Lines, total);
            Assert.InRange(completed, counted, miner.Calls.Count);
            counted = completed;
        }

        await AssertAsync(fleet, await BatchGateway.EndedAsync(fleet.Client(0)!, batch), miner.Calls.Count);
    }

    /// <summary>The settings that choose the store.</summary>
    private protected abstract Task<string[]> StoreAsync();

    private static async Task AnswerAsync(MinerCall call)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, call.Gone);
        var content = call.Json.GetProperty("messages")[0].GetProperty("content").GetString();
        await call.SendStatusAsync(200, ChatFrames.Whole(
            $"answer to {content}", """{"prompt_tokens":1,"completion_tokens":3}"""));
    }

    private static async Task AssertAsync(Fleet fleet, JsonNode ended, int calls)
    {
        var client = fleet.Client(0)!;
        var output = await BatchGateway.ResultsAsync(client, ended, "output_file_id");
        var errors = await BatchGateway.ResultsAsync(client, ended, "error_file_id");
        TestContext.Current.SendDiagnosticMessage(
            $"{output.Count} lines answered, {errors.Count} failed, {calls} calls of the expert");
        Assert.True(errors.Count == 0, errors.Values.FirstOrDefault()?.ToJsonString());
        Assert.Equal("completed", (string?)ended["status"]);
        Assert.Equal((Lines, Lines * Charge), (
            (int)ended["request_counts"]!["completed"]!, (long)ended["usage"]!["cost_nusd"]!));
        Assert.Equal(
            Enumerable.Range(0, Lines).Select(i => $"line {i}"), output.Keys);
        Assert.All(output, line => Assert.Equal(
            $"answer to {line.Key["line ".Length..]}",
            (string?)line.Value["response"]!["body"]!["choices"]![0]!["message"]!["content"]));
        var requests = output.Values.Select(line => (string)line["response"]!["request_id"]!).ToList();
        Assert.Equal(Lines, requests.Distinct().Count());
        foreach (var request in requests)
        {
            Assert.Equal(Charge, (long)(await fleet.ReceiptAsync(request, Token))!["charge_nusd"]!);
        }

        var credits = await fleet.CreditsAsync(Token);
        Assert.Equal(Lines * Charge, (long)credits["total_usage_nusd"]!);
    }
}

[Trait("Needs", "time")]
public sealed class BatchKillOnSqliteTests : BatchKillTests
{
    private protected override int Kills => 4;

    private protected override int Processes => 1;

    private protected override Task<string[]> StoreAsync() => Task.FromResult(Array.Empty<string>());
}

[Trait("Needs", "postgres")]
public sealed class BatchKillOnPostgresTests : BatchKillTests, IAsyncLifetime
{
    private PostgresServer? _server;

    private protected override int Kills => 2;

    private protected override int Processes => 2;

    public async ValueTask InitializeAsync() => _server = await PostgresServer.CreateAsync(Token);

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private protected override Task<string[]> StoreAsync() =>
        Task.FromResult<string[]>([$"--Gateway:Storage:ConnectionString={_server!.ConnectionString("postgres")}"]);
}
