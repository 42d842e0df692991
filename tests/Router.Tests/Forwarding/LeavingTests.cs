using Gateway.Testing.Miners;

namespace Gateway.Router.Tests.Forwarding;

/// <summary>Experts that leave while a request is under way.</summary>
public sealed class LeavingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string, Func<Upstream, Upstream?>> Changes => new()
    {
        { "left", _ => null },
        { "its uid and name are another registration's", upstream => upstream with { RegisteredAt = 7 } },
        { "moved", upstream => upstream with { Address = new("http://127.0.0.1:9/v1/") } },
        { "was found out", upstream => upstream with { IsQuarantined = true } },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Who_is_no_longer_the_expert_that_was_chosen_is_not_asked(
        string change, Func<Upstream, Upstream?> then)
    {
        var host = default(RouterHost);
        await using var bad = await ScriptedMiner.StartAsync(
            async call =>
            {
                // While the first one fails, the chain changes.
                var source = host!.Setup.Source;
                source.Swap([.. source.Current.Upstreams.Select(one => one.Name == "static/1" ? then(one) : one)
                    .OfType<Upstream>()]);
                await call.RespondAsync(500);
            }, Ct);
        await using var gone = await ScriptedMiner.StartAsync(StreamTests.HelloAsync, Ct);
        await using var good = await ScriptedMiner.StartAsync(StreamTests.HelloAsync, Ct);
        await using var started = await RouterHost.StartAsync(new(bad.Address, gone.Address, good.Address), Ct);
        host = started;

        var (response, body) = await host.AskAsync(Ct);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.StartsWith("Hello", Frames.Text(body), StringComparison.Ordinal);
        Assert.Empty(gone.Calls);
        var delivery = await host.Delivery;
        Assert.Equal(["http_500", "stale", ""], delivery.Attempts.Select(attempt => attempt.Reason));
        Assert.Equal(AttemptEnd.Cancelled, delivery.Attempts[1].End);
        Assert.True(delivery.Served?.Name == "static/2", change);
    }

    [Fact]
    public async Task A_chain_that_changes_elsewhere_changes_nothing()
    {
        var host = default(RouterHost);
        await using var bad = await ScriptedMiner.StartAsync(
            async call =>
            {
                var source = host!.Setup.Source;
                source.Swap([.. source.Current.Upstreams.Where(one => one.Name != "static/0")
                    .Select(one => one with { IncentivePercentile = 0.5 })]);
                await call.RespondAsync(500);
            }, Ct);
        await using var good = await ScriptedMiner.StartAsync(StreamTests.HelloAsync, Ct);
        await using var started = await RouterHost.StartAsync(new(bad.Address, good.Address), Ct);
        host = started;

        await host.AskAsync(Ct);

        Assert.Equal(["http_500", ""], (await host.Delivery).Attempts.Select(attempt => attempt.Reason));
    }
}
