using System.Net;
using Gateway.Api.Tests.Http;
using Gateway.Testing;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Money;

/// <summary>Credit for exactly ten holds, 64 requests at once, and a miner that answers none of them before all 64 were
/// admitted or refused.</summary>
public abstract class ParallelRequestsTests
{
    private const int Requests = 64;
    private const int Affordable = 10;

    // 500 USD per million tokens x 1,000 tokens = 0.50 USD a hold, ten of which are the demo credit of 5 USD.
    private const string Price = "500";
    private const string Body = """{"model":"scripted","max_tokens":1000,"messages":[{"role":"user","content":"x"}]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attack_11_Parallel_requests_on_one_balance_admit_exactly_ten()
    {
        var allDecided = new TaskCompletionSource();
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                await allDecided.Task.WaitAsync(call.Gone);
                await call.SendStatusAsync(
                    200, ChatFrames.Whole("done", """{"prompt_tokens":1,"completion_tokens":1}"""));
            },
            Token);
        await using var gateway = await InProcessGateway.StartAsync(
            [.. await StoreAsync(), .. InProcessGateway.StaticExpert(miner.Address, "scripted", Price)]);

        var answers = Enumerable.Range(0, Requests).Select(_ => gateway.PostChatAsync(Body, Token)).ToArray();
        await UntilAsync(() => miner.Calls.Count + answers.Count(answer => answer.IsCompleted) == Requests);
        var during = (await gateway.GetAsync("v1/credits", Token))["data"]!;
        Assert.Equal((0L, 5_000_000_000L), ((long)during["available_nusd"]!, (long)during["held_nusd"]!));

        allDecided.SetResult();
        var statuses = (await Task.WhenAll(answers)).CountBy(answer => answer.StatusCode).ToDictionary();
        Assert.Equal((Affordable, Requests - Affordable),
            (statuses[HttpStatusCode.OK], statuses[HttpStatusCode.PaymentRequired]));

        // One token each at 0.0005 USD.
        var after = (await gateway.GetAsync("v1/credits", Token))["data"]!;
        Assert.Equal((4_995_000_000L, 0L, 5_000_000L),
            ((long)after["available_nusd"]!, (long)after["held_nusd"]!, (long)after["total_usage_nusd"]!));
    }

    /// <summary>The settings that choose the store.</summary>
    protected abstract Task<string[]> StoreAsync();

    private static async Task UntilAsync(Func<bool> reached)
    {
        while (!reached())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }
    }
}

public sealed class ParallelRequestsOnSqliteTests : ParallelRequestsTests
{
    protected override Task<string[]> StoreAsync() => Task.FromResult(Array.Empty<string>());
}

[Trait("Needs", "postgres")]
public sealed class ParallelRequestsOnPostgresTests : ParallelRequestsTests, IAsyncLifetime
{
    private PostgresServer? _server;

    public async ValueTask InitializeAsync() =>
        _server = await PostgresServer.CreateAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected override Task<string[]> StoreAsync() =>
        Task.FromResult<string[]>([$"--Gateway:Storage:ConnectionString={_server!.ConnectionString("postgres")}"]);
}
