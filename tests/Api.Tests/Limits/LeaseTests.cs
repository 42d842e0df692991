using Gateway.Api.Limits;
using Gateway.Api.OpenAi;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Api.Tests.Limits;

public sealed class LeaseTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RateLimiter _limiter;
    private readonly BucketTable _table = new();

    public LeaseTests() => _limiter = new(_table, new EqualShares(() => 1), _time);

    [Fact]
    public void All_rules_must_pass_and_a_refusal_leaves_no_trace()
    {
        var key = Rule(LimitScope.Key, new(100, 10_000, 100, 10));
        var org = Rule(LimitScope.Organization, new(null, 500, null, null));

        Assert.True(_limiter.TryTake([key, org], 400, out var first, out _));
        Assert.False(_limiter.TryTake([key, org], 400, out _, out var refusal));

        Assert.Equal((org, LimitKind.TokensPerMinute, 500L, 400L, 400L),
            (refusal!.Rule, refusal.Kind, refusal.Limit, refusal.Used, refusal.Requested));
        Assert.Equal(99, _limiter.Read([key]).Requests.Remaining);
        Assert.Equal(9_600, _limiter.Read([key]).Tokens.Remaining);
        first!.Undo();
        Assert.Equal((100L, 10_000L), (_limiter.Read([key]).Requests.Remaining, _limiter.Read([key]).Tokens.Remaining));
        Assert.Equal(500, _limiter.Read([org]).Tokens.Remaining);
    }

    [Theory]
    [InlineData(100, 900)]
    [InlineData(400, 600)]
    [InlineData(1_000, 0)]
    [InlineData(1_600, 0)]
    public void Complaint_18_The_reserve_is_corrected_to_what_was_used(long used, long remaining)
    {
        var rule = Rule(LimitScope.Key, new(null, 1_000, null, null));
        Assert.True(_limiter.TryTake([rule], 400, out var lease, out _));
        lease!.Dispatched();

        lease.End(used);

        Assert.Equal(remaining, _limiter.Read([rule]).Tokens.Remaining);
        var wait = Math.Max(0, used + 1 - 1_000) * 60 / 1_000.0;
        Assert.Equal(wait > 0, !_limiter.TryTake([rule], 1, out _, out var refusal));
        Assert.Equal(wait, (refusal?.WaitNanos ?? 0) / 1e9, 3);
    }

    [Fact]
    public void A_dispatched_request_counts_and_one_that_was_not_does_not()
    {
        var rule = Rule(LimitScope.Key, new(10, null, 10, 1));
        Take(rule).Dispose();
        Assert.Equal(10, _limiter.Read([rule]).Requests.Remaining);

        var lease = Take(rule);
        lease.Dispatched();
        lease.Dispose();
        lease.Dispose();
        lease.Undo();
        Assert.Equal(9, _limiter.Read([rule]).Requests.Remaining);
    }

    [Fact]
    public async Task Places_never_leak_under_any_interleaving_of_ends()
    {
        var rule = Rule(LimitScope.Key, new(null, null, null, 8));
        var most = 0;
        var open = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(worker => Task.Run(() =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 5_000; i++)
            {
                if (!_limiter.TryTake([rule], 1, out var lease, out _))
                {
                    continue;
                }

                InterlockedMax(ref most, Interlocked.Increment(ref open));
                Interlocked.Decrement(ref open);
                switch (random.Next(4))
                {
                    case 0:
                        lease.Undo();
                        break;
                    case 1:
                        lease.Dispatched();
                        lease.End(5);
                        lease.Dispose();
                        break;
                    case 2:
                        Parallel.Invoke(lease.Dispose, lease.Undo);
                        break;
                    default:
                        lease.Dispatched();
                        lease.Dispose();
                        break;
                }
            }
        })));

        Assert.InRange(most, 1, 8);
        Assert.Equal(0, _table.Peek(rule.Key)!.Open);
    }

    [Fact]
    public void The_longest_wait_of_all_that_refuse_is_told()
    {
        var minute = Rule(LimitScope.Key, new(1, null, null, null));
        var day = Rule(LimitScope.Organization, new(null, null, 1, null));
        Take(minute, day).Dispatched();

        Assert.False(_limiter.TryTake([minute, day], 1, out _, out var refusal));
        Assert.Equal((LimitKind.RequestsPerDay, Rate.Day), (refusal!.Kind, refusal.WaitNanos));
        var error = refusal.ToError("m");
        Assert.Equal((429, "requests", "rate_limit_exceeded"), (error.Status, error.Type, error.Code));
        Assert.False(error.ShouldRetry);
        Assert.Contains("Limit 1, Used 1, Requested 1. Please try again in 24h0m0s.", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_wait_is_rounded_up_and_may_be_retried()
    {
        var rule = Rule(LimitScope.Project, new(null, 60_000, null, null));
        Take(60_000, rule).Dispatched();

        Assert.False(_limiter.TryTake([rule], 5_289, out _, out var refusal));
        var error = refusal!.ToError("m");

        Assert.Equal((6, 5_289L, (bool?)null), (error.RetryAfter, error.RetryAfterMs, error.ShouldRetry));
        Assert.Equal("tokens", error.Type);
        Assert.EndsWith("Limit 60000, Used 60000, Requested 5289. Please try again in 5.289s.", error.Message,
            StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMilliseconds(5_289));
        Assert.True(_limiter.TryTake([rule], 5_289, out _, out _));
    }

    [Fact]
    public void What_never_fits_is_said_so()
    {
        var rule = Rule(LimitScope.Key, new(null, 100, null, null));

        Assert.False(_limiter.TryTake([rule], 101, out _, out var refusal));
        var error = refusal!.ToError("m");

        Assert.StartsWith("Request too large for m", error.Message, StringComparison.Ordinal);
        Assert.False(error.ShouldRetry);
    }

    [Fact]
    public void Even_an_absurd_debt_is_told_as_a_number()
    {
        var rule = Rule(LimitScope.Key, new(null, 1, null, null));
        var lease = Take(rule);
        lease.Dispatched();
        lease.End(long.MaxValue / 8);

        Assert.False(_limiter.TryTake([rule], 1, out _, out var refusal));
        Assert.Equal(int.MaxValue, refusal!.ToError("m").RetryAfter);
        Assert.Equal(0, _limiter.Read([rule]).Tokens.Remaining);
    }

    [Fact]
    public void Complaint_25_Idle_buckets_are_forgotten_and_the_table_is_bounded()
    {
        var table = new BucketTable(capacity: 100);
        var limiter = new RateLimiter(table, new EqualShares(() => 1), _time);
        for (var round = 0; round < 5; round++)
        {
            for (var i = 0; i < 100; i++)
            {
                Assert.True(limiter.TryTake([Rule(LimitScope.Key, new(5, 500, null, 5))], 10, out var lease, out _));
                lease!.Dispatched();
                lease.Dispose();
            }

            _time.Advance(TimeSpan.FromMinutes(3));
            Assert.InRange(table.Count, 1, 100);
        }

        var busy = Enumerable.Range(0, 100).Select(_ => Rule(LimitScope.Key, new(null, null, null, 1))).ToArray();
        Assert.All(busy.Take(99), rule => limiter.TryTake([rule], 1, out _, out _));
        _time.Advance(TimeSpan.FromMinutes(3));
        limiter.TryTake([busy[99]], 1, out _, out _);
        var refused = Assert.Throws<RefusedException>(
            () => limiter.TryTake([Rule(LimitScope.Key, new(1, null, null, null))], 1, out _, out _));
        Assert.Equal(503, refused.Error.Status);
        Assert.All(busy, rule => Assert.Equal(1, table.Peek(rule.Key)!.Open));
    }

    [Fact]
    public async Task Takers_beside_a_sweep_lose_nothing()
    {
        const int Places = 2;
        var rule = Rule(LimitScope.Key, new(null, null, null, Places));
        using var done = new CancellationTokenSource();
        var sweeper = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                _time.Advance(TimeSpan.FromSeconds(61));
                Take(Rule(LimitScope.Project, new(null, null, null, 1))).Dispose();
            }
        }, TestContext.Current.CancellationToken);
        var (open, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (_limiter.TryTake([rule], 1, out var lease, out var _))
                {
                    InterlockedMax(ref most, Interlocked.Increment(ref open));
                    Interlocked.Decrement(ref open);
                    lease.Dispose();
                }
            }
        })));
        await done.CancelAsync();
        await sweeper;

        Assert.InRange(most, 1, Places);
        Assert.Equal(0, _table.Peek(rule.Key)?.Open ?? 0);
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ms")]
    [InlineData(12_000_000, "12ms")]
    [InlineData(999_000_001, "1s")]
    [InlineData(5_289_000_000, "5.289s")]
    [InlineData(8_640_000_000, "8.64s")]
    [InlineData(60_000_000_000, "1m0s")]
    [InlineData(86_400_000_000, "1m26.4s")]
    [InlineData(360_000_000_000, "6m0s")]
    [InlineData(3_612_000_000_000, "1h0m12s")]
    public void Times_are_written_as_the_headers_of_OpenAI_write_them(long nanos, string text) =>
        Assert.Equal(text, LimitReading.Duration(nanos));

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref target);
        }
        while (value > seen && Interlocked.CompareExchange(ref target, value, seen) != seen);
    }

    private static LimitRule Rule(LimitScope scope, Quota quota) =>
        new(scope, new(Guid.CreateVersion7(DateTimeOffset.UnixEpoch), ""), "id_x", quota);

    private LimitLease Take(params LimitRule[] rules) => Take(1, rules);

    private LimitLease Take(long tokens, params LimitRule[] rules)
    {
        Assert.True(_limiter.TryTake(rules, tokens, out var lease, out _));
        return lease!;
    }
}
