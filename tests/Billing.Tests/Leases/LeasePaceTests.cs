namespace Gateway.Billing.Tests.Leases;

public sealed class LeasePaceTests
{
    [Fact]
    public void The_quantum_is_the_largest_hold_of_the_last_few_hundred_and_a_tenth_of_a_cent_at_least()
    {
        var pace = new LeasePace();
        Assert.Equal(LeasePace.LeastQuantum, pace.Quantum);

        pace.Took(7_000_000);
        Take(pace, 255);
        Assert.Equal(7_000_000, pace.Quantum);
        Take(pace, 256);
        Assert.Equal(LeasePace.LeastQuantum, pace.Quantum);
    }

    [Fact]
    public void What_is_wanted_is_a_minute_of_what_is_spent()
    {
        var pace = new LeasePace();
        for (var second = 1L; second <= 100; second++)
        {
            pace.Second(second * 1_000_000);
        }

        Assert.InRange(pace.Want, 55_000_000, 60_000_000);
        for (var second = 0; second < 200; second++)
        {
            pace.Second(100_000_000);
        }

        Assert.Equal(LeasePace.LeastQuantum, pace.Want);
    }

    [Fact]
    public void What_is_wanted_fits_64_bits()
    {
        var pace = new LeasePace();
        pace.Took(long.MaxValue);
        pace.Second(long.MaxValue);

        Assert.Equal(long.MaxValue / 2, pace.Want);
    }

    private static void Take(LeasePace pace, int holds)
    {
        for (var hold = 0; hold < holds; hold++)
        {
            pace.Took(1);
        }
    }
}
