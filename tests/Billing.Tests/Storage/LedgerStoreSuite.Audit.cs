using Gateway.Core;

namespace Gateway.Billing.Tests.Storage;

public abstract partial class LedgerStoreSuite
{
    private bool _booksAreSpoilt;

    [Theory]
    [InlineData("I1", "INSERT INTO posting VALUES ('x', 0, 'fx_usd', 'NUSD', 1, 'x', 'x')")]
    [InlineData("I3", "UPDATE org_account SET available = available + 1")]
    [InlineData("I3", "UPDATE org_account SET available = available - 1, leased = leased + 1")]
    [InlineData("I3", "UPDATE lease SET granted = granted + 1")]
    [InlineData("I4", "UPDATE replica SET state = 'force_closed'")]
    [InlineData("I5", "UPDATE usage_record SET charge = charge - 1")]
    [InlineData("I5", "UPDATE usage_record SET settlement = 'uncollectible'")]
    [InlineData("I5", "DELETE FROM usage_record")]
    [InlineData("I10", "UPDATE lot SET rao = rao + 1")]
    [InlineData("I10", "UPDATE deposit SET rao = rao + 1")]
    [InlineData("I15", "UPDATE org_account SET available = available - 1, spent = spent + 1")]
    [InlineData("I20", "UPDATE usage_record SET charge = charge - 1")]
    [InlineData("I20", "UPDATE usage_record SET output = output + 1")]
    public async Task The_audit_sees_what_was_changed_behind_the_ledgers_back(string invariant, string sql)
    {
        var token = TestContext.Current.CancellationToken;
        var payer = await Node.CreditNewAsync(1_000);
        await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 5);
        await Node.HoldAsync(payer, 10, 40);
        await Node.Replica.TickAsync();
        await Node.AssertBooksAsync();

        await Node.Store.WriteAsync(session => session.ExecuteAsync(sql), token);

        Assert.Contains(await Node.Audit.RunAsync(token), found => found.Invariant == invariant);
        _booksAreSpoilt = true;
    }

    [Theory]
    [InlineData("UPDATE org_account SET available = -1")]
    [InlineData("UPDATE org_account SET leased = leased - 51")]
    [InlineData("UPDATE lease SET consumed = granted + 1")]
    [InlineData("UPDATE lease SET state = 'closed'")]
    [InlineData("UPDATE usage_record SET charge = hold + 1")]
    [InlineData("UPDATE usage_record SET ending = 'failed'")]
    [InlineData("UPDATE usage_record SET cached = input + 1")]
    [InlineData("UPDATE lot SET nusd_left = nusd + 1")]
    [InlineData("UPDATE deposit SET lot = NULL")]
    public async Task The_store_itself_refuses_what_can_never_be(string sql)
    {
        var payer = await Node.CreditNewAsync(1_000);
        await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 5);
        await Node.HoldAsync(payer, 10, 40);
        await Node.Replica.TickAsync();

        await Assert.ThrowsAsync<BrokenInvariantException>(() => Node.Store.WriteAsync(
            session => session.ExecuteAsync(sql), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_round_takes_over_new_prices_and_outlives_a_silent_store()
    {
        var token = TestContext.Current.CancellationToken;
        using var keeper = Node.NewKeeper();
        var seeds = new[] { new SeedPrice(new("later"), new(1), new(2)) };
        await Node.Store.WriteAsync(session => PriceSql.SeedAsync(session, seeds), token);
        Assert.False(Node.Book.TryGet(new("later"), out _));

        await keeper.RoundAsync(token);

        Assert.True(Node.Book.TryGet(new("later"), out var version));
        Assert.Equal(new TokenPrice(2), version.Prices.Output);
        var lossy = await LoseAnswersAsync();
        using var other = Node.NewKeeper();
        lossy.Lose = 1;
        await other.RoundAsync(token);
        Assert.True(lossy.Lose <= 0);
    }
}
