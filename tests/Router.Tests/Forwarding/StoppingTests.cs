using Gateway.Testing.Miners;

namespace Gateway.Router.Tests.Forwarding;

/// <summary>The host waits no longer for running answers.</summary>
public sealed class StoppingTests : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _stopping.Dispose();

    [Fact]
    public async Task A_stream_under_way_ends_in_an_error_and_nobody_is_blamed()
    {
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                await call.SendTextAsync("a");
                await HangAsync(call);
            }, Ct);
        await using var host = await StartAsync(stream: true, miner);
        using var response = await host.PostAsync("{}", Ct);

        await _stopping.CancelAsync();
        var body = await response.Content.ReadAsStringAsync(Ct);

        StreamTests.AssertEndsInError(body, "draining");
        Assert.DoesNotContain("cost_nusd", body, StringComparison.Ordinal);
        await AssertStoppedAsync(host, miner, DeliveryStatus.FailedMidStream);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Before_the_first_byte_no_other_expert_is_tried(bool stream)
    {
        await using var silent = await ScriptedMiner.StartAsync(HangAsync, Ct);
        await using var good = await ScriptedMiner.StartAsync(StreamTests.HelloAsync, Ct);
        await using var host = await StartAsync(stream, silent, good);
        var posting = host.PostAsync("{}", Ct);
        await Waiting.UntilAsync(() => silent.Calls.Count == 1);

        await _stopping.CancelAsync();

        using var response = await posting;
        Assert.Equal(502, (int)response.StatusCode);
        Assert.Empty(good.Calls);
        await AssertStoppedAsync(host, silent, DeliveryStatus.FailedBeforeFirstByte);
    }

    [Fact]
    public async Task Once_stopping_nobody_is_asked()
    {
        await using var good = await ScriptedMiner.StartAsync(StreamTests.HelloAsync, Ct);
        await using var host = await StartAsync(stream: true, good);
        await _stopping.CancelAsync();

        await host.AskAsync(Ct);

        var delivery = await host.Delivery;
        Assert.Equal(DeliveryStatus.FailedBeforeFirstByte, delivery.Status);
        Assert.Empty(delivery.Attempts);
        Assert.Empty(good.Calls);
    }

    [Fact]
    public async Task A_caller_being_waited_for_is_not_the_one_who_left()
    {
        var text = new string('x', 60_000);
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                for (var i = 1; ; i++)
                {
                    await call.SendTextAsync(text, i);
                }
            }, Ct);
        await using var host = await StartAsync(stream: true, miner);
        using var response = await host.PostAsync("{}", Ct);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Ct);

        await _stopping.CancelAsync();

        await AssertStoppedAsync(host, miner, DeliveryStatus.FailedMidStream);
    }

    private static Task HangAsync(MinerCall call) =>
        Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Gone);

    private static async Task AssertStoppedAsync(RouterHost host, ScriptedMiner miner, DeliveryStatus status)
    {
        var delivery = await host.Delivery.WaitAsync(TimeSpan.FromSeconds(10), Ct);
        Assert.Equal((status, AttemptEnd.Failed), (delivery.Status, delivery.Attempts.Single().End));
        Assert.Equal("stopping", delivery.Attempts.Single().Reason);
        Assert.Equal(0, host.Loads.Of(host.Setup.Source.Current.Upstreams[0]).Read().Failures);
        await miner.Calls[0].Aborted.WaitAsync(TimeSpan.FromSeconds(5), Ct);
    }

    private Task<RouterHost> StartAsync(bool stream, params ScriptedMiner[] miners) => RouterHost.StartAsync(
        new([.. miners.Select(miner => miner.Address)])
        {
            Stream = stream,
            Stopping = _stopping.Token,
            Allowance = new() { OutputTokensLimit = 100_000, CoveredOutputTokens = 100_000 },
        }, Ct);
}
