using CsCheck;
using Gateway.Api.Limits;

namespace Gateway.Api.Tests.Limits;

public sealed class BucketTests
{
    private const int Steps = 400;

    [Fact]
    public void It_decides_like_an_exact_leaky_bucket() =>
        Gen.Int.Sample(seed => Compare(new Random(seed)), iter: 300, writeLine: Write);

    [Fact]
    public void A_new_bucket_takes_its_limit_at_once_and_then_one_each_interval()
    {
        var bucket = default(Bucket);
        var rate = new Rate(60 * Rate.One, Rate.Minute);
        for (var i = 0; i < 60; i++)
        {
            Assert.Equal(0, bucket.Take(1, rate, 1, out _));
        }

        Assert.Equal(1_000_000_000, bucket.Take(1, rate, 1, out _));
        Assert.Equal(0, bucket.Take(1, rate, 1_000_000_001, out _));
        Assert.Equal(1_000_000_000, bucket.Take(1, rate, 1_000_000_001, out _));
    }

    [Fact]
    public void What_was_taken_here_alone_is_told_once_however_late_an_answer_comes()
    {
        const long Second = 1_000_000_000;
        var bucket = default(Bucket);
        var rate = new Rate(60 * Rate.One, Rate.Minute);
        bucket.Mirror(10 * Second, 1);

        // A question is on its way, nothing to tell; one unit is taken meanwhile; then the answer comes, and another.
        Assert.Equal(0, bucket.TakeOwn(1));
        Assert.Equal(0, bucket.Take(1, rate, 1, out _));
        bucket.Mirror(11 * Second, 1);
        bucket.Mirror(12 * Second, 1);

        Assert.Equal(12 * Second, bucket.CommonLevel(1));
        Assert.Equal(13 * Second, bucket.Level(1));
        Assert.Equal(Second, bucket.TakeOwn(1));
        Assert.Equal(0, bucket.TakeOwn(1));

        // The question failed: it is told with the next one, as far as it has not run out by then.
        bucket.PutOwn(Second);
        Assert.Equal(Second / 2, bucket.TakeOwn(1 + (12 * Second) + (Second / 2)));
    }

    [Fact]
    public void The_first_minute_of_a_full_bucket_admits_twice_the_limit_and_no_more()
    {
        var bucket = default(Bucket);
        var rate = new Rate(60 * Rate.One, Rate.Minute);
        var admitted = 0;
        for (var now = 1L; now <= Rate.Minute; now += 10_000_000)
        {
            admitted += bucket.Take(1, rate, now, out _) == 0 ? 1 : 0;
        }

        Assert.Equal(119, admitted);
    }

    [Fact]
    public void More_than_the_burst_is_refused_for_good()
    {
        var bucket = default(Bucket);

        Assert.Equal(Bucket.Never, bucket.Take(101, new(100 * Rate.One, Rate.Minute), 1, out _));
        Assert.Equal(0, bucket.Take(100, new(100 * Rate.One, Rate.Minute), 1, out _));
    }

    [Fact]
    public void A_share_below_one_still_lets_one_pass_each_interval()
    {
        var bucket = default(Bucket);
        var quarter = new Rate(Rate.One / 4, Rate.Minute);

        Assert.Equal(0, bucket.Take(1, quarter, 1, out _));
        Assert.Equal(4 * Rate.Minute, bucket.Take(1, quarter, 1, out _));
        Assert.Equal(0, bucket.Take(1, quarter, 1 + (4 * Rate.Minute), out _));
    }

    [Fact]
    public void Debt_delays_later_requests()
    {
        var bucket = default(Bucket);
        var rate = new Rate(60 * Rate.One, Rate.Minute);
        Assert.Equal(0, bucket.Take(1, rate, 1, out _));

        bucket.Owe(120, rate, 1);

        Assert.Equal(0, bucket.Room(rate, 1));
        Assert.Equal(62 * (Rate.Minute / 60), bucket.Take(1, rate, 1, out _));
    }

    [Fact]
    public void What_has_run_out_of_the_bucket_is_not_given_back()
    {
        var bucket = default(Bucket);
        var rate = new Rate(60 * Rate.One, Rate.Minute);
        Assert.Equal(0, bucket.Take(60, rate, 1, out var mark));
        var later = 1 + Rate.Minute;
        Assert.Equal(0, bucket.Take(60, rate, later, out _));

        bucket.GiveBack(60, rate, mark, later);

        Assert.Equal(0, bucket.Room(rate, later));
    }

    [Fact]
    public void A_change_of_the_limit_creates_no_room() => Gen.Int.Sample(
        seed =>
        {
            var random = new Random(seed);
            var bucket = default(Bucket);
            var now = 1L;
            var limit = random.Next(1, 100_000);
            bucket.Take(random.Next(1, limit + 1), new(limit * Rate.One, Rate.Minute), now, out _);
            for (var i = 0; i < 20; i++)
            {
                var before = bucket.Room(new(limit * Rate.One, Rate.Minute), now);
                limit = random.Next(1, 100_000);
                var after = bucket.Room(new(limit * Rate.One, Rate.Minute), now);
                Assert.InRange(after, Math.Min(before, limit) - 1, Math.Min(before, limit));
            }
        },
        iter: 300,
        writeLine: Write);

    [Theory]
    [InlineData(1)]
    [InlineData(999_999_999)]
    public void The_ends_of_the_range_do_not_overflow(long limit)
    {
        var bucket = default(Bucket);
        var rate = new Rate(limit * Rate.One, Rate.Day);

        Assert.Equal(0, bucket.Take(limit, rate, 1, out _));
        Assert.Equal(Bucket.Never, bucket.Take(long.MaxValue, rate, 1, out _));
        Assert.Equal(0, bucket.Room(rate, 1));
        bucket.Owe(long.MaxValue, rate, 1);
        bucket.Owe(long.MaxValue, rate, 1);
        bucket.Owe(long.MaxValue, rate, 1);
        Assert.True(bucket.Wait(1, rate, 1) > 0);
        Assert.Equal(0, bucket.Room(new(Rate.One, Rate.Day), 1));
        Assert.Equal(0, bucket.Room(new(999_999_999 * Rate.One, Rate.Day), 1));
        bucket.Owe(long.MaxValue, rate, 1);
        Assert.True(bucket.Wait(1, rate, 1) > 0);
    }

    [Fact]
    public async Task Parallel_takers_get_the_limit_together()
    {
        var bucket = new BucketGroup();
        var rate = new Rate(10_000 * Rate.One, Rate.Minute);
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            var mine = 0;
            for (var i = 0; i < 5_000; i++)
            {
                mine += bucket.Requests.Take(1, rate, 1, out var _) == 0 ? 1 : 0;
            }

            return mine;
        })));

        Assert.Equal(10_000, taken.Sum());
    }

    private static void Compare(Random random)
    {
        var limit = random.Next(1, 1_000_000);
        var (fast, exact) = (default(Bucket), new ExactBucket(Rate.Minute));
        var rate = new Rate(limit * Rate.One, Rate.Minute);
        var now = 1L;
        var held = new List<(long Amount, long Mark, long ExactMark)>();
        for (var step = 1L; step <= Steps; step++)
        {
            // Each of our costs is rounded up by less than a nanosecond, and as many may come back.
            var slack = 2 * step;
            now += random.NextInt64(0, Rate.Minute / 10);
            var amount = random.Next(1, Math.Max(2, limit / 3));
            if (fast.Take(amount, rate, now, out var mark) == 0)
            {
                Assert.True(exact.Fits(amount, limit, now, slack), $"step {step} admitted too much");
                held.Add((amount, mark, exact.Add(amount, limit, now)));
            }
            else
            {
                Assert.False(exact.Fits(amount, limit, now, -slack), $"step {step} refused too much");
            }

            if (held.Count > 0 && random.Next(3) == 0)
            {
                var at = random.Next(held.Count);
                var unused = random.NextInt64(0, held[at].Amount + 1);
                fast.GiveBack(unused, rate, held[at].Mark, now);
                exact.GiveBack(unused, limit, held[at].ExactMark, now);
                held.RemoveAt(at);
            }
        }
    }

    private static void Write(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
