using Gateway.Billing.Tests.Kit;
using Gateway.Core;

namespace Gateway.Billing.Tests.Storage;

public abstract partial class LedgerStoreSuite
{
    [Theory]
    [InlineData(BudgetKind.EndUser)]
    [InlineData(BudgetKind.Key)]
    [InlineData(BudgetKind.Project)]
    [InlineData(BudgetKind.Organization)]
    public async Task A_budget_refuses_with_its_level_what_is_used_and_when_it_starts_anew(BudgetKind kind)
    {
        var payer = (await Node.CreditNewAsync(Rich)) with { };
        payer = payer with { Budgets = [new($"id_{payer.Org}", kind, new(100), BudgetPeriod.Month)] };
        await Node.HoldAsync(payer, 60, 0);

        var refused = Assert.IsType<Reserved.BudgetExceeded>(await Node.ReserveAsync(payer, Node.Quote(41, 0)));

        Assert.Equal((kind, $"id_{payer.Org}", new NanoUsd(100), new NanoUsd(60)),
            (refused.Kind, refused.Id, refused.Cap, refused.Used));
        Assert.Equal(payer.Budgets[0].Period.EndOf(TimeProvider.System.GetUtcNow()), refused.Resets);
        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(payer, Node.Quote(40, 0)));
        Assert.Equal(new(100), (await Node.BalanceAsync(payer.Org)).Held);
    }

    [Fact]
    public async Task What_a_lease_of_a_budget_has_unused_does_not_count_as_used()
    {
        var payer = await BudgetedAsync(Rich, [10 * Quantum]);
        await Node.SettleAsync(await Node.HoldAsync(payer, 100, 0), 100, 0);

        var refused = Assert.IsType<Reserved.BudgetExceeded>(
            await Node.ReserveAsync(payer, Node.Quote(11 * Quantum, 0)));

        Assert.Equal(new(100), refused.Used);
    }

    [Fact]
    public async Task A_refusal_above_takes_nothing_below()
    {
        var payer = await BudgetedAsync(Rich, [1_000, 50, 2_000]);

        Assert.Equal(BudgetKind.Project, Assert.IsType<Reserved.BudgetExceeded>(
            await Node.ReserveAsync(payer, Node.Quote(51, 0))).Kind);
        var poor = await BudgetedAsync(50, [1_000, 1_000, 1_000]);
        Assert.IsType<Reserved.Insufficient>(await Node.ReserveAsync(poor, Node.Quote(51, 0)));

        Assert.All(Node.Replica.Current!.Leases.All, lease => Assert.Equal(0, lease.Held));
        await Node.Replica.TickAsync();
        Assert.Equal(0, await CountAsync("SELECT CAST(sum(leased) AS bigint) FROM budget"));
        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(payer, Node.Quote(50, 0)));
    }

    [Fact]
    public async Task A_charge_counts_against_every_budget_and_the_rest_is_free_again()
    {
        var payer = await BudgetedAsync(1_000, [100, 200, 300]);
        await Node.SettleAsync(await Node.HoldAsync(payer, 10, 80), 10, 30);
        await Node.AppliedAsync(payer.Org);

        Assert.Equal(3, await CountAsync("SELECT count(*) FROM budget WHERE spent = 40 AND leased = 0"));
        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(payer, Node.Quote(60, 0)));
        Assert.IsType<Reserved.BudgetExceeded>(await Node.ReserveAsync(payer, Node.Quote(1, 0)));
    }

    [Fact]
    public async Task An_extension_stops_at_a_budget()
    {
        var token = TestContext.Current.CancellationToken;
        var payer = await BudgetedAsync(1_000, [100]);
        var hold = await Node.HoldAsync(payer, 10, 500, first: 20);

        Assert.True(await Node.Ledger.ExtendAsync(hold, 90, token));
        Assert.False(await Node.Ledger.ExtendAsync(hold, 91, token));

        Assert.Equal(new(100), (await Node.BalanceAsync(payer.Org)).Held);
    }

    [Fact]
    public async Task A_lowered_cap_holds_from_the_next_round_on_and_a_raised_one_at_once()
    {
        var payer = await BudgetedAsync(Rich, [10 * Quantum]);
        await Node.SettleAsync(await Node.HoldAsync(payer, 100, 0), 100, 0);

        var lowered = payer with { Budgets = [payer.Budgets[0] with { Cap = new(105) }] };
        await Node.ReserveAsync(lowered, Node.Quote(0, 0));
        await Node.Replica.TickAsync();
        Assert.IsType<Reserved.BudgetExceeded>(await Node.ReserveAsync(lowered, Node.Quote(6, 0)));
        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(lowered, Node.Quote(5, 0)));

        var below = payer with { Budgets = [payer.Budgets[0] with { Cap = new(50) }] };
        var refused = Assert.IsType<Reserved.BudgetExceeded>(await Node.ReserveAsync(below, Node.Quote(1, 0)));
        Assert.Equal(new(50), refused.Cap);
        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(payer, Node.Quote(1_000, 0)));
    }

    [Fact]
    public async Task Complaint_10_11_Budget_is_one_across_replicas()
    {
        // None of the three has heard of the budget before.
        var payer = await BudgetedAsync(Rich, [250]);
        BillingNode[] nodes = [Node, await Node.StartOtherAsync("other"), await Node.StartOtherAsync("third")];
        var quote = Node.Quote(25, 0);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 96).Select(i => Task.Run(() => nodes[i % 3].ReserveAsync(payer, quote))));

        var held = answers.OfType<Reserved.Held>().ToList();
        Assert.Equal(10, held.Count);
        Assert.Equal(86, answers.OfType<Reserved.BudgetExceeded>().Count());
        await Task.WhenAll(held.Select(one =>
            Array.Find(nodes, node => node.Replica.Current == one.Hold.Incarnation)!.SettleAsync(one.Hold, 25, 0)));
        foreach (var node in nodes)
        {
            await node.Replica.TickAsync();
        }

        Assert.Equal(250, await CountAsync("SELECT spent FROM budget"));
        Assert.Equal(0, await CountAsync("SELECT leased FROM budget"));
    }

    [Fact]
    public async Task A_crash_gives_back_what_was_held_of_budgets_too()
    {
        var payer = await BudgetedAsync(1_000, [100, 200, 300]);
        await Node.SettleAsync(await Node.HoldAsync(payer, 30, 0), 30, 0);
        await Node.HoldAsync(payer, 70, 0);

        await CrashAsync();

        Assert.Equal(3, await CountAsync("SELECT count(*) FROM budget WHERE spent = 30 AND leased = 0"));
        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(payer, Node.Quote(70, 0)));
    }

    [Fact]
    public async Task What_another_replica_does_not_use_of_a_budget_comes_back_before_it_is_exceeded()
    {
        var payer = await BudgetedAsync(Rich, [40 * Quantum]);
        var other = await Node.StartOtherAsync("other");
        await other.SettleAsync(await other.HoldAsync(payer, 10, 0), 10, 0);
        await other.Replica.TickAsync();
        Assert.True(await CountAsync("SELECT leased FROM budget") > 0);

        // All that is left, of which the other has a part that it does not use.
        var all = Node.Quote((40 * Quantum) - 10, 0);
        Assert.IsType<Reserved.BudgetExceeded>(await Node.ReserveAsync(payer, all));
        await other.Replica.BeatAsync();
        await other.Replica.TickAsync();

        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(payer, all));
    }

    [Theory]
    [InlineData(BudgetKind.EndUser)]
    [InlineData(BudgetKind.Key)]
    [InlineData(BudgetKind.Project)]
    [InlineData(BudgetKind.Organization)]
    public async Task A_limit_counts_what_was_spent_before_it_was_set_and_under_another_interval(BudgetKind kind)
    {
        var token = TestContext.Current.CancellationToken;
        var free = await Node.CreditNewAsync(Rich);
        free = free with { Project = $"proj_{free.Org}", EndUser = $"usr_{free.Org}" };
        var id = kind switch
        {
            BudgetKind.EndUser => free.EndUser,
            BudgetKind.Key => free.Key.ToString(),
            BudgetKind.Project => free.Project,
            BudgetKind.Organization => free.Org.ToString(),
        };
        await SpendNowAsync(free, 60);
        await Node.AppliedAsync(free.Org);

        foreach (var period in Enum.GetValues<BudgetPeriod>())
        {
            var payer = free with { Budgets = [new(id, kind, new(100), period)] };
            var refused = Assert.IsType<Reserved.BudgetExceeded>(await Node.ReserveAsync(payer, Node.Quote(41, 0)));
            Assert.Equal(new(60), refused.Used);
        }

        // Back to a limit whose account is known, after spending without it.
        await SpendNowAsync(free, 30);
        var month = new Allowance(id, kind, new(100), BudgetPeriod.Month);
        await Node.Allowances.CountAsync(free.Org, month, [], token);
        Assert.Equal(new(90), await Node.Allowances.SpentAsync(free.Org, month, token));
        Assert.IsType<Reserved.BudgetExceeded>(
            await Node.ReserveAsync(free with { Budgets = [month] }, Node.Quote(11, 0)));
        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(free with { Budgets = [month] }, Node.Quote(10, 0)));
    }

    [Fact]
    public async Task A_keys_limit_counts_what_the_keys_before_it_spent()
    {
        var token = TestContext.Current.CancellationToken;
        var old = await Node.CreditNewAsync(Rich);
        var rotated = old with { Key = KeyId.Create(TimeProvider.System) };
        await SpendNowAsync(old, 20);
        await SpendNowAsync(rotated, 30);

        var day = new Allowance(old.Key.ToString(), BudgetKind.Key, new(100), BudgetPeriod.Day);
        await Node.Allowances.CountAsync(old.Org, day, [old.Key, rotated.Key], token);

        Assert.Equal(new(50), await Node.Allowances.SpentAsync(old.Org, day, token));
    }

    // Started now: what a limit counts is of its current period.
    private async Task SpendNowAsync(Payer payer, long amount)
    {
        var now = TimeProvider.System.GetUtcNow();
        var delivered = Some.Delivery(amount, 0) with { Facts = Some.Facts with { Started = now, Ended = now } };
        var bill = Node.Ledger.Price(await Node.HoldAsync(payer, amount, 0), delivered);
        await Node.Ledger.SettleAsync(bill, Commitments.None);
    }

    // Leaf to root: end user or key, project, organisation.
    private async Task<Payer> BudgetedAsync(long credit, long[] caps)
    {
        var payer = await Node.CreditNewAsync(credit);
        BudgetKind[] kinds = [BudgetKind.Key, BudgetKind.Project, BudgetKind.Organization];
        return payer with
        {
            Budgets =
            [
                .. caps.Select((cap, i) => new Allowance(
                    $"{kinds[i]}_{payer.Org}", kinds[i], new(cap), BudgetPeriod.Total)),
            ],
        };
    }
}
