using Gateway.Api.Limits;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Api.Tests.Limits;

/// <summary>Invariant I19: what one bucket admits in any W seconds is at most (burst + limit x W / 60), and a little
/// more over several replicas. Ten simulated minutes at three times the limit; requests last a while, use less than
/// they reserved, and are now and then refused behind the limits.</summary>
public sealed class WindowTests
{
    private const long Rpm = 600;
    private const long Tpm = 120_000;
    private const int Reserve = 400;
    private const int Overload = 3;
    private const int Seconds = 600;

    private static readonly int[] Windows = [1, 5, 20, 60, 150, 600];

    private static readonly LimitRule Requests =
        new(LimitScope.Key, new(Guid.Empty, ""), "key_x", new(Rpm, null, null, null));

    private static readonly LimitRule Tokens =
        new(LimitScope.Key, new(Guid.Empty, ""), "key_y", new(null, Tpm, null, null));

    [Theory]
    [InlineData(1, 1.02, 7, false)]
    [InlineData(1, 1.02, 8, true)]
    [InlineData(8, 1.05, 9, false)]
    [InlineData(8, 1.05, 10, true)]
    public void Requests_in_any_window_stay_below_burst_plus_rate(int replicas, double slack, int seed, bool spikes) =>
        AssertWindows(Run(Requests, replicas, seed, 1, spikes), Rpm, slack, seed, replicas);

    [Theory]
    [InlineData(1, 1.02, 17, false)]
    [InlineData(1, 1.02, 18, true)]
    [InlineData(8, 1.05, 19, false)]
    [InlineData(8, 1.05, 20, true)]
    public void Tokens_in_any_window_stay_below_burst_plus_rate(int replicas, double slack, int seed, bool spikes) =>
        AssertWindows(Run(Tokens, replicas, seed, Reserve, spikes), Tpm, slack, seed, replicas);

    // What was admitted, as (millisecond, amount used in the end).
    private static List<(long At, long Amount)> Run(LimitRule rule, int replicas, int seed, int amount, bool spikes)
    {
        var random = new Random(seed);
        var time = new FakeTimeProvider();
        var limiters = Enumerable.Range(0, replicas)
            .Select(_ => new RateLimiter(new BucketTable(), new EqualShares(() => replicas), time))
            .ToArray();
        var admitted = new List<(long, long)>();
        var running = new PriorityQueue<(LimitLease Lease, long Used), long>();
        var perMinute = Overload * (rule.Quota.RequestsPerMinute ?? (rule.Quota.TokensPerMinute!.Value / amount));
        for (var ms = 0L; ms < Seconds * 1000L; ms++, time.Advance(TimeSpan.FromMilliseconds(1)))
        {
            while (running.TryPeek(out var done, out var end) && end <= ms)
            {
                running.Dequeue();
                done.Lease.End(done.Used);
            }

            for (var arriving = Arriving(random, ms, perMinute, spikes); arriving > 0; arriving--)
            {
                if (limiters[random.Next(replicas)].TryTake([rule], amount, out var lease, out _)
                    && Start(lease, random, amount) is { } used)
                {
                    admitted.Add((ms, used));
                    running.Enqueue((lease, used), ms + random.Next(1, 3_000));
                }
            }
        }

        return admitted;
    }

    // Three times the limit: evenly, or half a minute's silence and then all of it in a second.
    private static int Arriving(Random random, long ms, long perMinute, bool spikes)
    {
        if (spikes)
        {
            return ms % 30_000 < 29_000 ? 0 : (int)(perMinute / 2 / 1_000) + 1;
        }

        return random.NextInt64(60_000) < perMinute ? 1 : 0;
    }

    private static long? Start(LimitLease lease, Random random, int amount)
    {
        if (random.Next(20) == 0)
        {
            lease.Undo();
            return null;
        }

        lease.Dispatched();
        return amount == 1 ? 1 : random.NextInt64(0, amount + 1);
    }

    private static void AssertWindows(
        List<(long At, long Amount)> admitted, long limit, double slack, int seed, int replicas)
    {
        var report = $"seed {seed}, {replicas} replicas: ";
        foreach (var window in Windows)
        {
            var (most, sum, from) = (0L, 0L, 0);
            for (var to = 0; to < admitted.Count; to++)
            {
                sum += admitted[to].Amount;
                while (admitted[from].At <= admitted[to].At - (window * 1000L))
                {
                    sum -= admitted[from++].Amount;
                }

                most = Math.Max(most, sum);
            }

            var allowed = (limit + (limit * window / 60.0)) * slack;
            Assert.True(most <= allowed, $"{report}{most} in {window} s, at most {allowed}");
            report += $"{window} s {most / (limit + (limit * window / 60.0)):P1}, ";
        }

        // The limit is used, too: a limiter that refuses everything would pass the rest.
        var total = admitted.Sum(each => each.Amount);
        Assert.True(total >= limit * (Seconds / 60) * 0.9, $"{report}only {total} in all");
        TestContext.Current.TestOutputHelper?.WriteLine(report);
    }
}
