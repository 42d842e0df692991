using System.Net;
using Gateway.Api.Tests.Http;
using Gateway.Testing;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Money;

/// <summary>Real processes under load, killed without a word again and again. What a client saw the end of is charged
/// exactly; what a kill cut is free or charged for what was delivered at most; nothing is charged twice.</summary>
public abstract class KillTests
{
    private const int Clients = 8;
    private const int Tokens = 12;
    private const int MaxPause = 300;
    private const long TokenPrice = 10_000;

    private static readonly TimeSpan BetweenTokens = TimeSpan.FromMilliseconds(4);

    private readonly Random _random = new(20_261_122);

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>How often one of the processes is killed.</summary>
    private protected abstract int Kills { get; }

    /// <summary>How many processes serve at once.</summary>
    private protected abstract int Processes { get; }

    [Fact]
    public async Task Complaint_09_22_Killed_under_load_nothing_acknowledged_is_lost_and_nothing_is_charged_twice()
    {
        await using var miner = await ScriptedMiner.StartAsync(StreamAsync, Token);
        var expert = InProcessGateway.StaticExpert(miner.Address, "scripted", "10");
        var settings = (string[])[.. await StoreAsync(), .. expert];
        var folders = Enumerable.Range(0, Processes).Select(_ => GatewayProcess.NewDataDirectory()).ToArray();
        await using var fleet = new Fleet(folders, settings);
        await fleet.StartAllAsync();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var clients = Enumerable.Range(0, Clients).Select(_ => new StreamingClient(fleet)).ToArray();
        var running = clients.Select(client => client.RunAsync(stopping.Token)).ToArray();
        for (var kill = 0; kill < Kills; kill++)
        {
            await UntilServingAsync(fleet);
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(MaxPause)), TimeProvider.System, Token);
            await fleet.KillAndRestartAsync(_random.Next(Processes));
        }

        await stopping.CancelAsync();
        await Task.WhenAll(running);
        await AssertAsync(fleet, [.. clients.SelectMany(client => client.Seen)]);
    }

    /// <summary>The settings that choose the store.</summary>
    private protected abstract Task<string[]> StoreAsync();

    // A slow machine takes its time to serve again: a kill that interrupts nothing shows nothing.
    private static async Task UntilServingAsync(Fleet fleet)
    {
        var before = fleet.Answers;
        while (fleet.Answers < before + Clients)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }
    }

    private static async Task StreamAsync(MinerCall call)
    {
        for (var token = 1; token <= Tokens; token++)
        {
            await call.SendTextAsync("x", token);
            await Task.Delay(BetweenTokens, TimeProvider.System, call.Gone);
        }

        await call.SendAsync(ChatFrames.Finish() + ChatFrames.Usage("7", $"{Tokens}") + ChatFrames.Done);
    }

    private static async Task AssertAsync(Fleet fleet, IReadOnlyList<StreamingClient.Sight> seen)
    {
        var (charged, ended, cut, billedCut) = (0L, 0, 0, 0);
        foreach (var sight in seen)
        {
            var receipt = await fleet.ReceiptAsync(sight.Id, Token);
            var charge = (long?)receipt?["charge_nusd"] ?? 0;
            charged += charge;
            if (sight.Ended)
            {
                ended++;
                Assert.Equal(HttpStatusCode.OK, sight.Status);
                Assert.NotNull(receipt);
                Assert.Equal((sight.Cost, (long)sight.Tokens), (charge, (long)receipt["usage"]!["output_tokens"]!));
                Assert.Equal(sight.Tokens * TokenPrice, charge);
            }
            else
            {
                cut++;
                billedCut += charge > 0 ? 1 : 0;
                Assert.InRange(charge, 0, sight.Tokens * TokenPrice);
            }
        }

        var credits = await fleet.CreditsAsync(Token);
        TestContext.Current.SendDiagnosticMessage(
            $"{ended} answers ended, {cut} were cut ({billedCut} of them charged), {charged} nUSD charged");
        Assert.True(ended > 0 && cut > 0);
        Assert.Equal(charged, (long)credits["total_usage_nusd"]!);
        Assert.True((long)credits["available_nusd"]! >= 0);
        Assert.Equal(
            (long)credits["total_credits_nusd"]!,
            charged + (long)credits["available_nusd"]! + (long)credits["held_nusd"]!);
        Assert.Equal(0, (long)credits["held_nusd"]!);
    }
}

[Trait("Needs", "time")]
public sealed class KillOnSqliteTests : KillTests
{
    private protected override int Kills => 50;

    private protected override int Processes => 1;

    private protected override Task<string[]> StoreAsync() => Task.FromResult(Array.Empty<string>());
}

[Trait("Needs", "postgres")]
public sealed class KillOnPostgresTests : KillTests, IAsyncLifetime
{
    private PostgresServer? _server;

    private protected override int Kills => 12;

    private protected override int Processes => 2;

    public async ValueTask InitializeAsync() => _server = await PostgresServer.CreateAsync(Token);

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private protected override Task<string[]> StoreAsync() =>
        Task.FromResult<string[]>([$"--Gateway:Storage:ConnectionString={_server!.ConnectionString("postgres")}"]);
}
