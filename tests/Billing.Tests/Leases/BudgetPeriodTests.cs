using Gateway.Billing.Tests.Kit;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Billing.Tests.Leases;

public sealed class BudgetPeriodTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-billing-");
    private readonly FakeTimeProvider _time = new(new(2026, 3, 31, 23, 59, 0, TimeSpan.Zero));
    private BillingNode? _node;

    private BillingNode Node => _node!;

    public async ValueTask InitializeAsync() =>
        _node = await BillingNode.StartAsync(_folder.FullName, "", time: _time);

    public async ValueTask DisposeAsync()
    {
        await Node.Replica.TickAsync();
        await Node.AssertBooksAsync();
        await Node.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(BudgetPeriod.Day, true)]
    [InlineData(BudgetPeriod.Week, false)]
    [InlineData(BudgetPeriod.Month, true)]
    [InlineData(BudgetPeriod.Total, false)]
    public async Task A_new_period_is_a_new_row_and_an_old_hold_is_settled_to_the_old_one(
        BudgetPeriod period, bool isNew)
    {
        var payer = await Node.CreditNewAsync(10_000);
        payer = payer with { Budgets = [new("key_1", BudgetKind.Key, new(100), period)] };
        var before = await Node.HoldAsync(payer, 80, 0);
        var oldAccount = BudgetAccount.NameOf(payer.Budgets[0], _time.GetUtcNow());

        _time.Advance(TimeSpan.FromMinutes(2));
        var answer = await Node.ReserveAsync(payer, Node.Quote(90, 0));
        await Node.SettleAsync(before, 80, 0);
        await Node.Replica.TickAsync();

        if (!isNew)
        {
            Assert.IsType<Reserved.BudgetExceeded>(answer);
            Assert.Equal([$"{oldAccount} 80 0"], await BudgetsAsync());
            return;
        }

        await Node.SettleAsync(Assert.IsType<Reserved.Held>(answer).Hold, 90, 0);
        await Node.Replica.TickAsync();
        var newAccount = BudgetAccount.NameOf(payer.Budgets[0], _time.GetUtcNow());
        Assert.NotEqual(oldAccount, newAccount);
        Assert.Equal([$"{oldAccount} 80 0", $"{newAccount} 90 0"], await BudgetsAsync());
    }

    [Fact]
    public async Task A_period_is_the_books_and_not_this_machines()
    {
        var payer = await Node.CreditNewAsync(10_000);
        payer = payer with { Budgets = [new("key_1", BudgetKind.Key, new(100), BudgetPeriod.Day)] };
        await Node.HoldAsync(payer, 80, 0);

        // The clock goes back a minute and on again: never a new period by it, always the one of that moment.
        _time.AdjustTime(_time.GetUtcNow().AddMinutes(2));
        await Node.Replica.BeatAsync();
        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(payer, Node.Quote(90, 0)));
        _time.AdjustTime(_time.GetUtcNow().AddMinutes(-2));
        await Node.Replica.BeatAsync();

        Assert.IsType<Reserved.BudgetExceeded>(await Node.ReserveAsync(payer, Node.Quote(90, 0)));
        Assert.Equal(2, (await BudgetsAsync()).Count);
    }

    private Task<List<string>> BudgetsAsync() => Node.Store.ReadAsync(
        session => session.ListAsync(
            "SELECT account, spent, leased FROM budget ORDER BY account",
            row => $"{row.GetString(0)} {row.GetInt64(1)} {row.GetInt64(2)}"),
        TestContext.Current.CancellationToken);
}
