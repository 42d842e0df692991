using System.Diagnostics;
using Gateway.DevNet.Miners;

namespace Gateway.DevNet.Tests.Miners;

public sealed class CancellationTests(NetworkFixture fixture) : IClassFixture<NetworkFixture>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(0.7);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caller_who_leaves_before_the_first_token_ends_the_generation_at_once(bool stream)
    {
        var slow = fixture.Of(MinerKind.Slow);
        var tally = fixture.Network.Servers[slow.Uid].Tally;
        var (cancelled, finished) = (tally.Cancelled, tally.Finished);
        using var leave = new CancellationTokenSource();
        var body = Caller.Chat(slow, "2+2", stream ? """{"stream":true}""" : "{}");
        var answer = SendAsync(slow, body, leave.Token);
        await UntilAsync(() => tally.Running == 1, TimeSpan.FromSeconds(5));
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await UntilAsync(() => tally.Cancelled == cancelled + 1, Soon);
        Assert.Equal(0, tally.Running);
        Assert.Equal(finished, tally.Finished);
    }

    [Fact]
    public async Task A_caller_who_leaves_in_the_middle_of_a_stream_ends_the_generation_at_once()
    {
        var slow = fixture.Of(MinerKind.Slow);
        var tally = fixture.Network.Servers[slow.Uid].Tally;
        var cancelled = tally.Cancelled;
        var body = Caller.Chat(slow, "Define dog", """{"stream":true}""");
        using (var request = fixture.Caller.Sign(slow, body))
        using (var response = await fixture.Caller.SendAsync(request))
        {
            await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            await stream.ReadExactlyAsync(new byte[100], TestContext.Current.CancellationToken);
            Assert.Equal(1, tally.Running);
        }

        await UntilAsync(() => tally.Cancelled == cancelled + 1, Soon);
        Assert.Equal(0, tally.Running);
    }

    private async Task SendAsync(DevMiner miner, string body, CancellationToken ct)
    {
        using var request = fixture.Caller.Sign(miner, body);
        using var response = await fixture.Caller.SendAsync(request, ct);
    }

    private static async Task UntilAsync(Func<bool> holds, TimeSpan limit)
    {
        var started = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < limit, "It did not happen in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
