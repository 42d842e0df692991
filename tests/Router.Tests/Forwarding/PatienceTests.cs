using Gateway.Testing.Miners;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Router.Tests.Forwarding;

public sealed class PatienceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_silent_seconds_bring_a_comment_and_a_retry_is_still_possible()
    {
        var time = new FakeTimeProvider();
        using var release = new SemaphoreSlim(0);
        await using var slow = await ScriptedMiner.StartAsync(
            async call =>
            {
                await release.WaitAsync(call.Gone);
                await call.RespondAsync(503);
            }, Ct);
        await using var good = await ScriptedMiner.StartAsync(StreamTests.HelloAsync, Ct);
        await using var host = await RouterHost.StartAsync(new(slow.Address, good.Address) { Time = time }, Ct);

        var (response, reader) = await ReachKeepAliveAsync(host, slow, time);
        release.Release();
        var rest = await reader.ReadToEndAsync(Ct);

        Assert.False(response.Headers.Contains("x-gateway-expert"));
        Assert.StartsWith("Hello", Frames.Text(rest), StringComparison.Ordinal);
        var delivery = await host.Delivery;
        Assert.Equal((DeliveryStatus.Complete, true), (delivery.Status, delivery.ResponseStarted));
    }

    [Fact]
    public async Task A_failure_after_a_comment_is_an_error_frame()
    {
        var time = new FakeTimeProvider();
        await using var silent = await ScriptedMiner.StartAsync(
            call => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Gone), Ct);
        await using var host = await RouterHost.StartAsync(new(silent.Address) { Time = time }, Ct);

        var (_, reader) = await ReachKeepAliveAsync(host, silent, time);
        time.Advance(TimeSpan.FromSeconds(25));
        var rest = await reader.ReadToEndAsync(Ct);

        StreamTests.AssertEndsInError(rest, "upstream_timeout");
        var delivery = await host.Delivery;
        Assert.Equal((DeliveryStatus.FailedBeforeFirstByte, true), (delivery.Status, delivery.ResponseStarted));
        Assert.Equal("first_token_timeout", delivery.Attempts.Single().Reason);
        await silent.Calls[0].Aborted.WaitAsync(TimeSpan.FromSeconds(1), Ct);
    }

    [Fact]
    public async Task Attack_23_A_stream_that_falls_silent_midway_times_out()
    {
        await using var stuck = await ScriptedMiner.StartAsync(
            async call =>
            {
                await call.SendTextAsync("a");
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Gone);
            }, Ct);
        await using var host = await RouterHost.StartAsync(
            new(stuck.Address) { Limits = new() { Idle = TimeSpan.FromMilliseconds(100) } }, Ct);

        var (_, body) = await host.AskAsync(Ct);

        StreamTests.AssertEndsInError(body, "upstream_timeout");
        Assert.Equal("idle_timeout", (await host.Delivery).Attempts.Single().Reason);
    }

    [Fact]
    public async Task The_deadline_holds_over_all_attempts()
    {
        await using var stuck = await ScriptedMiner.StartAsync(
            call => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Gone), Ct);
        await using var host = await RouterHost.StartAsync(
            new(stuck.Address, stuck.Address) { Limits = new() { Total = TimeSpan.FromMilliseconds(200) } }, Ct);

        await host.AskAsync(Ct);

        Assert.Equal("deadline", (await host.Delivery).Attempts.Single().Reason);
    }

    [Fact]
    public async Task Attack_18_A_caller_who_takes_nothing_is_cut_off_and_pays_for_what_he_took()
    {
        var text = new string('x', 60_000);
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                for (var i = 1; ; i++)
                {
                    await call.SendTextAsync(text, i * 100);
                }
            }, Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address)
            {
                Limits = new() { CallerStall = TimeSpan.FromMilliseconds(200) },
                Allowance = new() { OutputTokensLimit = 1_000_000, CoveredOutputTokens = 1_000_000 },
            }, Ct);

        using var response = await host.PostAsync("{}", Ct);
        await miner.Calls[0].Aborted.WaitAsync(TimeSpan.FromSeconds(20), Ct);

        var delivery = await host.Delivery;
        Assert.Equal(DeliveryStatus.ClientGone, delivery.Status);
        Assert.Equal("caller_stalled", delivery.Attempts.Single().Reason);
        Assert.InRange(delivery.Usage.Output, 100, 100_000);
    }

    [Fact]
    public async Task A_caller_who_takes_nothing_until_the_deadline_pays_and_the_miner_is_not_blamed()
    {
        await using var miner = await ScriptedMiner.StartAsync(FloodAsync, Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address)
            {
                Limits = new()
                {
                    Total = TimeSpan.FromMilliseconds(300),
                    CallerStall = TimeSpan.FromMilliseconds(600),
                },
                Allowance = new() { OutputTokensLimit = 1_000_000, CoveredOutputTokens = 1_000_000 },
            }, Ct);

        using var response = await host.PostAsync("{}", Ct);

        var delivery = await host.Delivery.WaitAsync(TimeSpan.FromSeconds(20), Ct);
        Assert.Equal(DeliveryStatus.ClientGone, delivery.Status);
        Assert.Equal("caller_stalled", delivery.Attempts.Single().Reason);
        Assert.InRange(delivery.Usage.Output, 100, 100_000);
        Assert.Equal(0, host.Loads.Of(host.Setup.Source.Current.Upstreams[0]).Read().Failures);
    }

    [Fact]
    public async Task Waiting_for_the_caller_does_not_count_against_the_miners_deadline()
    {
        const int Texts = 200;
        var text = new string('x', 60_000);
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                for (var i = 1; i <= Texts; i++)
                {
                    await call.SendTextAsync(text, i * 100);
                }

                await call.SendAsync(ChatFrames.Finish() + ChatFrames.Done);
            }, Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address)
            {
                Limits = new() { Total = TimeSpan.FromMilliseconds(1000) },
                Allowance = new() { OutputTokensLimit = 1_000_000, CoveredOutputTokens = 1_000_000 },
            }, Ct);

        using var response = await host.PostAsync("{}", Ct);
        await Task.Delay(TimeSpan.FromMilliseconds(1500), TimeProvider.System, Ct);
        await response.Content.ReadAsStringAsync(Ct);

        var delivery = await host.Delivery.WaitAsync(TimeSpan.FromSeconds(20), Ct);
        Assert.Equal((DeliveryStatus.Complete, Texts * 100L), (delivery.Status, delivery.Usage.Output));
    }

    [Fact]
    public async Task A_caller_who_takes_a_little_just_in_time_is_cut_off_in_the_end()
    {
        await using var miner = await ScriptedMiner.StartAsync(FloodAsync, Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address)
            {
                Limits = new() { CallerTotal = TimeSpan.FromMilliseconds(300) },
                Allowance = new() { OutputTokensLimit = 1_000_000, CoveredOutputTokens = 1_000_000 },
            }, Ct);

        using var response = await host.PostAsync("{}", Ct);

        var delivery = await host.Delivery.WaitAsync(TimeSpan.FromSeconds(20), Ct);
        Assert.Equal("caller_stalled", delivery.Attempts.Single().Reason);
    }

    private static async Task FloodAsync(MinerCall call)
    {
        var text = new string('x', 60_000);
        for (var i = 1; ; i++)
        {
            await call.SendTextAsync(text, i * 100);
        }
    }

    private static async Task<(HttpResponseMessage Response, StreamReader Reader)> ReachKeepAliveAsync(
        RouterHost host, ScriptedMiner miner, FakeTimeProvider time)
    {
        var posting = host.PostAsync("{}", Ct);
        await Waiting.UntilAsync(() => miner.Calls.Count == 1);
        time.Advance(TimeSpan.FromSeconds(10));
        var response = await posting;
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Ct));
        Assert.Equal(": keep-alive", await reader.ReadLineAsync(Ct));
        Assert.Equal("", await reader.ReadLineAsync(Ct));
        Assert.Equal("text/event-stream; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        return (response, reader);
    }
}
