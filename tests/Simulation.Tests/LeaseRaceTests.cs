using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Simulation.Tests;

/// <summary>What one thread cannot show: two of them on one lease.</summary>
public sealed class LeaseRaceTests
{
    private const int Operations = 5_000_000;

    [Fact]
    public void Two_threads_never_take_more_than_there_is()
    {
        var (credit, budget) = (Filled(1_000_000), Filled(600_000));
        var leases = new LeaseSet(credit, [budget]);
        var charged = Race(seed => Work(leases, seed), seed => Work(leases, seed));
        Assert.Equal((0L, 0L), (credit.Held, budget.Held));
        Assert.Equal(charged, credit.Consumed);
        Assert.Equal(charged, budget.Consumed);
        Assert.Equal(1_000_000, credit.Free + credit.Consumed);
        Assert.Equal(600_000, budget.Free + budget.Consumed);
    }

    [Fact]
    public void Returns_and_grants_beside_holds_lose_nothing()
    {
        var lease = Filled(1_000_000);
        var leases = new LeaseSet(lease, []);
        var charged = Race(seed => Work(leases, seed), _ => Move(lease));
        Assert.Equal(0, lease.Held);
        Assert.Equal(charged, lease.Consumed);
        Assert.Equal(lease.Granted - lease.Returned, lease.Free + lease.Consumed);
    }

    private static Lease Filled(long amount)
    {
        var lease = new Lease(AccountName.Credit(new OrgId(new Guid(1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]))));
        lease.Absorb(new(MoveOutcome.Moved, amount, 0, 1), 0);
        return lease;
    }

    private static long Race(Func<int, long> one, Func<int, long> other)
    {
        var (first, second) = (0L, 0L);
        using var start = new Barrier(2);
        var threads = new[]
        {
            new Thread(() => { start.SignalAndWait(); first = one(1); }),
            new Thread(() => { start.SignalAndWait(); second = other(2); }),
        };
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return first + second;
    }

    // Returns what it charged: nothing mostly, so that the money lasts.
    private static long Work(LeaseSet leases, int seed)
    {
        var dice = new Dice(seed);
        var charged = 0L;
        for (var i = 0; i < Operations; i++)
        {
            long hold = 1 + dice.Below(300_000);
            if (leases.TryTake(hold, i))
            {
                Assert.True(leases.Credit.Free >= 0, "More was taken than there was.");
                long charge = dice.OneIn(50) ? dice.Below(20) : 0;
                charge = long.Min(charge, hold);
                leases.Release(hold, charge);
                charged += charge;
            }
        }

        return charged;
    }

    private static long Move(Lease lease)
    {
        for (var i = 0; i < Operations / 10; i++)
        {
            var amount = lease.BeginReturn();
            lease.Absorb(new(MoveOutcome.Moved, lease.Granted, lease.Returned + amount, lease.OpSeq + 1), 0);
            lease.Absorb(new(MoveOutcome.Moved, lease.Granted + amount, lease.Returned, lease.OpSeq + 1), 0);
        }

        return 0;
    }
}
