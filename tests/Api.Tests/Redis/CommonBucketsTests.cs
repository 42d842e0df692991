using Gateway.Api.Limits;

namespace Gateway.Api.Tests.Redis;

/// <summary>Limits that replicas share by a real Redis, on a clock of the test's.</summary>
[Trait("Needs", "redis")]
public sealed class CommonBucketsTests
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(79)]
    public async Task A_small_limit_is_exact_over_all_replicas(int limit)
    {
        await using var crowd = await Crowd.CreateAsync(8);
        var rule = Rule(new(limit, null, null, null));
        var taken = 0;
        for (var i = 0; i < 3 * limit + 8; i++)
        {
            taken += await crowd.TakeAsync(i % 8, rule) ? 1 : 0;
        }

        Assert.Equal(limit, taken);
        await crowd.AdvanceAsync(TimeSpan.FromMinutes(1) / limit);
        await crowd.ReportAsync();
        Assert.True(await crowd.TakeAsync(0, rule));
        Assert.False(await crowd.TakeAsync(1, rule));
    }

    [Fact]
    public async Task One_replica_alone_may_use_the_whole_limit_and_then_another_has_none()
    {
        await using var crowd = await Crowd.CreateAsync(8);
        var rule = Rule(new(1_000, null, null, null));
        Assert.Equal(1_000, await CountAsync(crowd, 3, rule, 1_100));

        Assert.False(await crowd.TakeAsync(5, rule));
        await crowd.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(1_000, await CountAsync(crowd, 5, rule, 1_100));
    }

    [Fact]
    public async Task What_is_drawn_ahead_follows_the_use_and_goes_back_when_it_ends()
    {
        await using var crowd = await Crowd.CreateAsync(2);
        var rule = Rule(new(60_000, null, null, null));
        for (var round = 0; round < 20; round++)
        {
            Assert.Equal(50, await CountAsync(crowd, 0, rule, 50));
            await crowd.AdvanceAsync(Round);
            await crowd.ReportAsync();
        }

        var busy = crowd.Drawn(0, rule, LimitKind.RequestsPerMinute);
        Assert.InRange(busy, 100, 300);
        for (var round = 0; round < 30; round++)
        {
            await crowd.AdvanceAsync(Round);
            await crowd.ReportAsync();
        }

        Assert.InRange(crowd.Drawn(0, rule, LimitKind.RequestsPerMinute), 0, busy / 10);

        // 1,000 were used, and five seconds have given back more.
        Assert.Equal(60_000, await CountAsync(crowd, 1, rule, 60_100));
    }

    [Fact]
    public async Task What_was_drawn_is_good_for_a_second()
    {
        await using var crowd = await Crowd.CreateAsync(2);
        var rule = Rule(new(60_000, null, null, null));
        Assert.Equal(50, await CountAsync(crowd, 0, rule, 50));
        await crowd.ReportAsync();
        Assert.True(crowd.TryTakeHere(0, rule));

        await crowd.AdvanceAsync(TimeSpan.FromMilliseconds(1_100));

        Assert.False(crowd.TryTakeHere(0, rule));
        Assert.True(await crowd.TakeAsync(0, rule));
    }

    [Fact]
    public async Task A_request_beyond_its_reserve_delays_everybody()
    {
        await using var crowd = await Crowd.CreateAsync(2);
        var rule = Rule(new(null, 6_000, null, null));
        var lease = await crowd.LeaseAsync(0, rule, 1_000);
        lease!.End(8_000);
        await crowd.ReportAsync();

        Assert.False(await crowd.TakeAsync(1, rule));
        await crowd.AdvanceAsync(TimeSpan.FromSeconds(19));
        Assert.False(await crowd.TakeAsync(1, rule));
        await crowd.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.True(await crowd.TakeAsync(1, rule));
    }

    [Fact]
    public async Task What_a_request_did_not_use_is_there_for_everybody()
    {
        await using var crowd = await Crowd.CreateAsync(2);
        var rule = Rule(new(null, 6_000, null, null));
        var lease = await crowd.LeaseAsync(0, rule, 6_000);
        Assert.False(await crowd.TakeAsync(1, rule));
        lease!.End(100);
        await crowd.ReportAsync();
        await crowd.ReportAsync();

        Assert.True(await crowd.TakeAsync(1, rule, 5_899));
        Assert.False(await crowd.TakeAsync(1, rule, 2));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(200)]
    public async Task Running_requests_are_counted_over_all_replicas(int limit)
    {
        await using var crowd = await Crowd.CreateAsync(2);
        var rule = Rule(new(null, null, null, limit));
        var leases = new List<LimitLease>();
        for (var i = 0; i < limit + 20; i++)
        {
            if (await crowd.LeaseAsync(i % 2, rule) is { } lease)
            {
                leases.Add(lease);
            }

            await crowd.ReportAsync();
        }

        Assert.InRange(leases.Count, limit - 2, limit);
        leases[0].End(0);
        leases[1].End(0);
        await crowd.ReportAsync();
        await crowd.AdvanceAsync(Round * 2);
        Assert.NotNull(await crowd.LeaseAsync(0, rule));
    }

    [Fact]
    public async Task All_rules_pass_or_none_is_taken()
    {
        await using var crowd = await Crowd.CreateAsync(2);
        var (wide, narrow) = (Rule(new(50, null, null, null)), Rule(new(1, null, null, null)));
        Assert.True(await crowd.TakeAsync(0, narrow));
        for (var i = 0; i < 10; i++)
        {
            Assert.False(await crowd.TakeAsync(i % 2, [wide, narrow]));
        }

        Assert.Equal(50, await CountAsync(crowd, 1, wide, 60));
    }

    [Fact]
    public async Task The_script_is_sent_again_when_Redis_has_forgotten_it()
    {
        await using var crowd = await Crowd.CreateAsync(2);
        var rule = Rule(new(2, null, null, null));
        Assert.True(await crowd.TakeAsync(0, rule));

        await crowd.Server.SendAsync("SCRIPT FLUSH");

        Assert.True(await crowd.TakeAsync(1, rule));
        Assert.False(await crowd.TakeAsync(0, rule));
    }

    [Fact]
    public async Task A_clock_of_Redis_that_is_set_back_an_hour_closes_a_limit_for_two_minutes_at_most()
    {
        await using var crowd = await Crowd.CreateAsync(2);
        var rule = Rule(new(10, null, null, null));
        Assert.Equal(10, await CountAsync(crowd, 0, rule, 11));

        await crowd.SetBackAsync(TimeSpan.FromHours(1));
        await crowd.ReportAsync();
        await crowd.AdvanceAsync(TimeSpan.FromMinutes(2));

        Assert.True(await crowd.TakeAsync(1, rule));
    }

    [Fact]
    public async Task Keys_go_away_by_themselves()
    {
        await using var crowd = await Crowd.CreateAsync(2);
        Assert.True(await crowd.TakeAsync(0, Rule(new(60, null, null, 5))));

        // The server's own clock: what is left of a request's second, and five more.
        var keys = await crowd.KeysAsync();
        Assert.Single(keys);
        Assert.InRange(keys[0].Lives, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Without_Redis_each_replica_has_its_part_of_what_is_left()
    {
        await using var crowd = await Crowd.CreateAsync(2);
        var rule = Rule(new(100, null, null, null));
        Assert.Equal(60, await CountAsync(crowd, 0, rule, 60));
        await crowd.ReportAsync();
        Assert.True(await crowd.TakeAsync(1, rule));
        await crowd.ReportAsync();
        await crowd.KillAsync();
        var (first, second) = (await CountAsync(crowd, 0, rule, 100), await CountAsync(crowd, 1, rule, 100));

        Assert.True(first > 0 && second > 0, $"{first} and {second}");
        Assert.InRange(61 + first + second, 85, 105);

        // What each took alone is told when Redis is there again, without any data of its own.
        await crowd.RestartAsync();
        await crowd.ReportAsync();
        var third = await CountAsync(crowd, 0, rule, 100) + await CountAsync(crowd, 1, rule, 100);
        Assert.InRange(61 + first + second + third, 95, 105);
    }

    private static LimitRule Rule(Quota quota) =>
        new(LimitScope.Key, new(Guid.CreateVersion7(), "m"), "key", quota);

    private static async Task<int> CountAsync(Crowd crowd, int replica, LimitRule rule, int requests)
    {
        var taken = 0;
        for (var i = 0; i < requests; i++)
        {
            taken += await crowd.TakeAsync(replica, rule) ? 1 : 0;
        }

        return taken;
    }
}
