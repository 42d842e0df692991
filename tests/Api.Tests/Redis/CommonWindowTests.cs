using Gateway.Api.Limits;

namespace Gateway.Api.Tests.Redis;

/// <summary>Invariant I19 over eight replicas on a real Redis: what one limit admits in any W seconds is at most
/// (burst + limit x W / 60) x 1.05. Ten virtual minutes at three times the limit.</summary>
[Trait("Needs", "redis")]
public sealed class CommonWindowTests
{
    private const int Replicas = 8;
    private const int Seconds = 600;
    private const int StepMs = 20;
    private const int ReportMs = 100;
    private const int Overload = 3;
    private const long Rpm = 1_200;
    private const long SmallRpm = 90;

    /// <summary>What happens to Redis in the middle.</summary>
    public enum Fault
    {
        None,
        Flush,
        Kill,
        KillForAMinute,
    }

    [Theory]
    [InlineData(Rpm, Fault.None, 1)]
    [InlineData(Rpm, Fault.Flush, 2)]
    [InlineData(Rpm, Fault.Kill, 3)]
    [InlineData(Rpm, Fault.KillForAMinute, 4)]
    [InlineData(SmallRpm, Fault.None, 5)]
    [InlineData(SmallRpm, Fault.Flush, 6)]
    [InlineData(SmallRpm, Fault.KillForAMinute, 7)]
    public async Task Complaint_14_17_Any_window_stays_below_burst_plus_rate(long limit, Fault fault, int seed)
    {
        var random = new Random(seed);
        var rule = new LimitRule(LimitScope.Key, new(Guid.CreateVersion7(), "m"), "key", new(limit, null, null, null));
        await using var crowd = await Crowd.CreateAsync(Replicas);
        var admitted = new List<(long At, int Replica)>();
        for (var ms = 0L; ms < Seconds * 1000L; ms += StepMs)
        {
            await BreakAsync(crowd, fault, ms);
            for (var arriving = Arriving(random, limit); arriving > 0; arriving--)
            {
                // Half of all requests come to one replica, so that equal parts would not do.
                var replica = random.Next(2) == 0 ? 0 : random.Next(Replicas);
                if (await crowd.TakeAsync(replica, rule))
                {
                    admitted.Add((ms, replica));
                }
            }

            await crowd.AdvanceAsync(TimeSpan.FromMilliseconds(StepMs));
            if (ms % ReportMs == 0)
            {
                await crowd.ReportAsync();
            }
        }

        AssertWindows([.. admitted.Select(one => one.At)], limit, $"seed {seed}, {fault}");
        if (fault is Fault.None or Fault.Flush)
        {
            // All of it is given out, and not an eighth of it to each.
            Assert.InRange(admitted.Count, 0.97 * limit * (Seconds / 60.0), double.MaxValue);
        }
    }

    /// <summary>Two processes that get so little time that no answer of Redis reaches a request: each goes on with its
    /// own part, and what it takes of it reaches the other with its next question.</summary>
    [Theory]
    [InlineData(2, 60)]
    [InlineData(4, 200)]
    public async Task Complaint_14_28_Replicas_too_slow_to_hear_Redis_do_not_forget_what_they_admitted(
        int replicas, int limit)
    {
        var rule = new LimitRule(LimitScope.Key, new(Guid.CreateVersion7(), "m"), "key", new(limit, null, null, null));
        await using var crowd = await Crowd.CreateAsync(replicas, isPatient: false);
        var admitted = 0;
        for (var i = 0; i < 5 * limit; i++)
        {
            admitted += await crowd.TakeAsync(i % replicas, rule) ? 1 : 0;

            // A pong comes after the answer before it, so the late answer is taken over by now, or about to be.
            await crowd.ProbeAsync();
        }

        // Nobody moves the clock: the burst, and what each may have in flight.
        Assert.InRange(admitted, limit / 2, (1.05 * limit) + replicas);
    }

    private static int Arriving(Random random, long limit)
    {
        var mean = Overload * limit / 60.0 * StepMs / 1000;
        return (int)mean + (random.NextDouble() < mean - (int)mean ? 1 : 0);
    }

    private static async Task BreakAsync(Crowd crowd, Fault fault, long ms)
    {
        const long At = 200_000;
        if (ms == At && fault == Fault.Flush)
        {
            await crowd.FlushAsync();
        }

        if (ms == At && (fault is Fault.Kill or Fault.KillForAMinute))
        {
            await crowd.KillAsync();
        }

        if ((ms == At + 1_000 && fault == Fault.Kill) || (ms == At + 60_000 && fault == Fault.KillForAMinute))
        {
            await crowd.RestartAsync();
        }
    }

    // Any window between two admissions: the count is compared with the least that was possible before.
    private static void AssertWindows(List<long> admitted, long limit, string what)
    {
        const double Slack = 1.05;
        var least = double.MaxValue;
        for (var i = 0; i < admitted.Count; i++)
        {
            var rate = Slack * limit * admitted[i] / 60_000.0;
            least = Math.Min(least, i - rate);
            Assert.True(i + 1 - rate - least <= Slack * limit,
                $"{what}: at {admitted[i]} ms {i + 1 - rate - least} beyond the rate, at most {Slack * limit}");
        }
    }
}
