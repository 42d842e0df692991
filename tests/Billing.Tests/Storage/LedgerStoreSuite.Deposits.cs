using Gateway.Billing.Tests.Kit;
using Gateway.Core;

namespace Gateway.Billing.Tests.Storage;

public abstract partial class LedgerStoreSuite
{
    [Fact]
    public async Task A_deposit_is_booked_in_both_books_and_opens_a_lot()
    {
        var org = OrgId.Create(TimeProvider.System);
        var transfer = Some.Transfer(org, 12_500_001) with { Rate = new(400_001), Address = "5Booked" };

        await Node.Ledger.CreditAsync(transfer, TestContext.Current.CancellationToken);

        // 12,500,001 x 400,001 / 1000 = 5,000,012,900.001: rounded up, in the customer's favour.
        Assert.Equal(new(5_000_012_901), (await Node.BalanceAsync(org)).Available);
        Assert.Equal(12_500_001, await SumAsync("chain/5Booked"));
        Assert.Equal(0, await SumAsync("deposits_clearing"));
        Assert.Equal(-12_500_001, await SumAsync("fx_tao"));
        Assert.Equal(-5_000_012_901, await SumAsync("fx_usd"));
        Assert.Equal(5_000_012_901, await SumAsync($"{org}/available"));
        Assert.Equal(1, await CountAsync(
            "SELECT count(*) FROM lot WHERE nusd_left = 5000012901 AND rao_left = 12500001"));
    }

    [Fact]
    public async Task A_transfer_reported_often_and_at_once_is_credited_once()
    {
        var token = TestContext.Current.CancellationToken;
        var org = OrgId.Create(TimeProvider.System);
        var transfer = Some.Transfer(org, 700);

        await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => Node.Ledger.CreditAsync(transfer, token))));
        await Node.Ledger.CreditAsync(transfer, token);
        await CrashAsync();
        await Node.Ledger.CreditAsync(transfer, token);

        Assert.Equal(new(new(700), new(0), new(700), new(0), new(0)), await Node.BalanceAsync(org));
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM deposit"));
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM lot"));
    }

    [Fact]
    public async Task Equal_transfers_in_a_block_credit_twice()
    {
        var token = TestContext.Current.CancellationToken;
        var org = OrgId.Create(TimeProvider.System);
        var transfer = Some.Transfer(org, 700);

        await Node.Ledger.CreditAsync(transfer, token);
        await Node.Ledger.CreditAsync(transfer with { EventIndex = 1 }, token);
        await Node.Ledger.CreditAsync(transfer with { Genesis = "0xother" }, token);

        Assert.Equal(new(2_100), (await Node.BalanceAsync(org)).Credited);
    }

    [Fact]
    public async Task A_transfer_of_nothing_or_without_a_rate_is_refused()
    {
        var transfer = Some.Transfer(OrgId.Create(TimeProvider.System), 700);
        FinalizedTransfer[] wrong =
        [
            transfer with { Amount = new(0) }, transfer with { Amount = new(-1) },
            transfer with { Rate = default(FxRate) }, transfer with { BlockHash = "" },
            transfer with { Genesis = "" }, transfer with { EventIndex = -1 }, transfer with { Height = -1 },
        ];
        foreach (var one in wrong)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(
                () => Node.Ledger.CreditAsync(one, TestContext.Current.CancellationToken));
        }

        Assert.Equal(Balance.Empty, await Node.BalanceAsync(transfer.Org));
    }

    [Fact]
    public async Task Prices_are_seeded_once_and_never_overwritten()
    {
        var token = TestContext.Current.CancellationToken;
        Assert.True(Node.Book.TryGet(BillingNode.Dear, out var first));
        Assert.Equal((3_000, 3_000, 7_000, 7_000), (first.Prices.Input.PicoUsd, first.Prices.Cached.PicoUsd,
            first.Prices.Output.PicoUsd, first.Prices.Reasoning.PicoUsd));
        Assert.Equal(700_000, first.SharePpm);

        SeedPrice[] seeds = [new(BillingNode.Dear, new(1), new(1)), new(new("new"), new(5), new(6))];
        var changed = Node.Options with { Prices = seeds };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () => new PriceBook(Node.Store, changed).SeedAsync(token))));
        await Node.Book.LoadAsync(token);

        Assert.True(Node.Book.TryGet(BillingNode.Dear, out var kept));
        Assert.Equal(first, kept);
        Assert.True(Node.Book.TryGet(new("new"), out var added));
        Assert.Equal(new(6), added.Prices.Output);
        Assert.Equal(4, Node.Book.Current.Count);
        Assert.Equal(4, await CountAsync("SELECT count(*) FROM price_version"));
    }
}
