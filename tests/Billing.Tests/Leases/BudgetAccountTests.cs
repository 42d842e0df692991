using System.Globalization;

namespace Gateway.Billing.Tests.Leases;

public sealed class BudgetAccountTests
{
    [Theory]
    [InlineData(BudgetPeriod.Day, "2026-11-22T23:59:59Z", "key_1/2026-11-22", "2026-11-23T00:00:00Z")]
    [InlineData(BudgetPeriod.Day, "2026-11-23T00:00:00Z", "key_1/2026-11-23", "2026-11-24T00:00:00Z")]
    [InlineData(BudgetPeriod.Day, "2026-11-23T00:30:00+02:00", "key_1/2026-11-22", "2026-11-23T00:00:00Z")]
    [InlineData(BudgetPeriod.Week, "2026-11-22T12:00:00Z", "key_1/2026-W47", "2026-11-23T00:00:00Z")]
    [InlineData(BudgetPeriod.Week, "2026-11-23T00:00:00Z", "key_1/2026-W48", "2026-11-30T00:00:00Z")]
    // ISO 8601: the year of a week is that of its Thursday.
    [InlineData(BudgetPeriod.Week, "2027-01-01T00:00:00Z", "key_1/2026-W53", "2027-01-04T00:00:00Z")]
    [InlineData(BudgetPeriod.Week, "2024-12-30T00:00:00Z", "key_1/2025-W01", "2025-01-06T00:00:00Z")]
    [InlineData(BudgetPeriod.Month, "2026-12-31T23:59:59Z", "key_1/2026-12", "2027-01-01T00:00:00Z")]
    [InlineData(BudgetPeriod.Month, "2028-02-29T00:00:00Z", "key_1/2028-02", "2028-03-01T00:00:00Z")]
    [InlineData(BudgetPeriod.Total, "2026-11-22T23:59:59Z", "key_1/total", null)]
    public void A_period_has_one_account_and_an_end(BudgetPeriod period, string now, string account, string? resets)
    {
        var allowance = new Allowance("key_1", BudgetKind.Key, new(1), period);
        var at = DateTimeOffset.Parse(now, CultureInfo.InvariantCulture);

        Assert.Equal(account, BudgetAccount.NameOf(allowance, at));
        Assert.Equal(
            resets is null ? default(DateTimeOffset?) : DateTimeOffset.Parse(resets, CultureInfo.InvariantCulture),
            period.EndOf(at));
    }
}
