namespace Gateway.Billing.Tests.Cash;

public abstract partial class CashSuite
{
    [Theory]
    [InlineData("I3", "UPDATE org_account SET available = available + 1")]
    [InlineData("I3", "UPDATE org_account SET spent = spent - 1, available = available + 1, rolled = 400")]
    [InlineData("I3", "UPDATE lot SET nusd_left = nusd_left - 1 WHERE nusd_left > 1")]
    [InlineData("I5", "UPDATE usage_record SET charge = charge - 1")]
    [InlineData("I10", "UPDATE lot SET rao = rao + 1")]
    [InlineData("I10", "UPDATE deposit SET rao = rao + 1")]
    [InlineData("I10", "UPDATE deposit SET lot = NULL, state = 'awaiting_rate'")]
    [InlineData("I11", "UPDATE payout SET nusd = nusd + 1")]
    [InlineData("I11", "UPDATE payout SET state = 'cancelled'")]
    [InlineData("I11", "UPDATE org_account SET refunded = refunded - 1, available = available + 1")]
    [InlineData("I12", "UPDATE lot SET rao_left = rao_left + 1 WHERE rao_left > 0")]
    [InlineData("I12", "UPDATE miner_payable SET owed = owed + 1")]
    [InlineData("I12", "UPDATE miner_payable SET in_payout = in_payout + 1")]
    [InlineData("I15", "UPDATE org_account SET refunded = refunded - 1, available = available + 1")]
    public async Task The_audit_sees_what_was_changed_behind_the_treasurys_back(string invariant, string sql)
    {
        await PriceAsync("0.001");
        var org = await FundAsync(10_000, 1_000);
        await SpendAsync(org, 500, "sn4/5Miner", 350);
        await RollUpAsync(org);
        await NewTreasury().RequestRefundAsync(org, new(2_000), "5Customer", "key_1", Token);
        Assert.Empty(await AuditAsync());

        await ExecuteAsync(sql);

        Assert.Contains(await AuditAsync(), found => found.Invariant == invariant);
        _booksAreSpoilt = true;
    }
}
