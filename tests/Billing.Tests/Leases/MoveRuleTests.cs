namespace Gateway.Billing.Tests.Leases;

public sealed class MoveRuleTests
{
    private const long Max = long.MaxValue;

    [Theory]
    // room, need, want, quantum, live -> granted, pressed
    [InlineData(1_000, 10, 100, 10, 1, 100, false)]
    [InlineData(1_000, 10, 900, 10, 1, 500, false)]
    [InlineData(1_000, 10, 900, 10, 4, 125, false)]
    [InlineData(1_000, 400, 900, 10, 4, 400, false)]
    [InlineData(1_000, 1_000, 1_000, 10, 1, 1_000, true)]
    [InlineData(79, 10, 50, 10, 2, 10, true)]
    [InlineData(80, 10, 50, 10, 2, 20, true)]
    [InlineData(100, 10, 20, 10, 2, 20, false)]
    [InlineData(40, 40, 40, 1_000_000, 1, 40, true)]
    [InlineData(Max, Max, Max, Max, 1, Max, true)]
    [InlineData(Max, 1, Max / 2, 1, 1, Max / 2, false)]
    [InlineData(Max, 1, Max / 2, Max, 50, 1, true)]
    public void A_grant_is_sized_by_pace_room_and_replicas(
        long room, long need, long want, long quantum, int live, long granted, bool pressed)
    {
        var (account, lease) = (Account(room), Lease());

        var reply = MoveRule.Apply(account, lease, Grant(1, need, want, quantum), live);

        Assert.Equal(
            new(MoveOutcome.Moved, granted, 0, 1, room - granted, 0, 0, pressed), reply);
        Assert.Equal((granted, room - granted, granted), (lease.Granted, account.Available, account.Leased));
    }

    [Fact]
    public void What_is_not_there_is_refused_and_asked_back_from_others()
    {
        var (account, lease) = (Account(40), Lease());
        account.Leased = 60;

        var reply = MoveRule.Apply(account, lease, Grant(1, 41, 100, 10), live: 2);

        Assert.Equal((MoveOutcome.Insufficient, 40, 60, true),
            (reply.Outcome, reply.Room, reply.Elsewhere, account.IsPressed));
        Assert.Equal((0, 40), (lease.Granted, account.Available));
    }

    [Fact]
    public void A_refused_order_has_used_its_number_so_that_a_late_one_with_it_does_nothing()
    {
        var (account, lease) = (Account(40), new LeaseRow { Account = "a", Org = "a", Granted = 60, OpSeq = 1 });
        account.Leased = 60;

        Assert.Equal(MoveOutcome.Insufficient, MoveRule.Apply(account, lease, Grant(2, 41, 41, 10), 1).Outcome);
        var late = MoveRule.Apply(account, lease, new MoveOrder.Return("i", Name, 2, 60), 1);

        Assert.Equal((MoveOutcome.Known, 0), (late.Outcome, late.Returned));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 0)]
    [InlineData(3, 5)]
    public void An_order_that_is_not_the_next_moves_nothing(long opSeq, int outcome)
    {
        var (account, lease) = (Account(900), new LeaseRow { Account = "a", Org = "a", Granted = 100, OpSeq = 1 });
        account.Leased = 100;

        var reply = MoveRule.Apply(account, lease, Grant(opSeq, 10, 10, 10), 1);

        Assert.Equal(outcome == 0 ? MoveOutcome.Known : MoveOutcome.Behind, reply.Outcome);
        Assert.Equal((100, 1, 900), (lease.Granted, lease.OpSeq, account.Available));
    }

    [Fact]
    public void A_frozen_account_grants_nothing_and_takes_back()
    {
        var (account, lease) = (Account(900), new LeaseRow { Account = "a", Org = "a", Granted = 100, OpSeq = 1 });
        (account.Leased, account.IsFrozen) = (100, true);

        Assert.Equal(MoveOutcome.Frozen, MoveRule.Apply(account, lease, Grant(2, 1, 1, 1), 1).Outcome);
        var back = MoveRule.Apply(account, lease, new MoveOrder.Return("i", Name, lease.OpSeq + 1, 100), 1);

        Assert.Equal((MoveOutcome.Moved, 1_000), (back.Outcome, account.Available));
    }

    [Fact]
    public void More_than_is_out_never_comes_back()
    {
        var (account, lease) = (Account(0), new LeaseRow { Account = "a", Org = "a", Granted = 100, Consumed = 40 });
        account.Leased = 60;

        Assert.Throws<BrokenInvariantException>(
            () => MoveRule.Apply(account, lease, new MoveOrder.Return("i", Name, 1, 61), 1));
    }

    [Fact]
    public void What_the_books_could_not_give_again_comes_back_as_if_they_had()
    {
        var account = Account(0);
        var lease = new LeaseRow { Account = "a", Org = "a", Granted = 100, Consumed = 40, Missing = 30 };
        account.Leased = 60;

        var reply = MoveRule.Apply(account, lease, new MoveOrder.Return("i", Name, 1, 80), 1);

        // The replica had been granted 130: 80 of them are back, of which the books had 60.
        Assert.Equal((MoveOutcome.Moved, 120, 80), (reply.Outcome, reply.Granted, reply.Returned));
        Assert.Equal((60, 0, 0, 10), (account.Available, account.Leased, lease.Outstanding, lease.Missing));
        reply = MoveRule.Apply(account, lease, new MoveOrder.Return("i", Name, 2, 10), 1);
        Assert.Equal((130, 90, 0), (reply.Granted, reply.Returned, lease.Missing));
    }

    [Fact]
    public void Counters_at_the_end_of_64_bits_are_full_and_never_wrap()
    {
        var (account, lease) = (
            Account(10), new LeaseRow { Account = "a", Org = "a", Granted = Max - 5, Returned = Max - 5 });

        Assert.Equal(MoveOutcome.Full, MoveRule.Apply(account, lease, Grant(1, 6, 6, 1), 1).Outcome);
        Assert.Equal(MoveOutcome.Moved, MoveRule.Apply(account, lease, Grant(1, 5, 5, 1), 1).Outcome);
    }

    [Fact]
    public void A_budget_whose_cap_was_lowered_below_what_is_out_has_no_room()
    {
        var account = new AccountRow { Account = "key_1/total", Org = "a", Cap = 50, Leased = 30, Spent = 40 };

        Assert.Equal(-20, account.Room);
        Assert.Equal(MoveOutcome.Insufficient, MoveRule.Apply(account, Lease(), Grant(1, 1, 1, 1), 1).Outcome);
    }

    private static AccountName Name { get; } = new("a", default, null);

    private static AccountRow Account(long available) => new() { Account = "a", Org = "a", Available = available };

    private static LeaseRow Lease() => new() { Account = "a", Org = "a" };

    private static MoveOrder.Grant Grant(long opSeq, long need, long want, long quantum) =>
        new("i", Name, opSeq, need, want, quantum);
}
