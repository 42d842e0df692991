using CsCheck;
using Gateway.Billing.Tests.Kit;
using Gateway.Core;

namespace Gateway.Billing.Tests.Accounting;

public abstract partial class StatementsSuite
{
    private static readonly DateOnly Month = new(2026, 3, 1);

    [Fact]
    public async Task A_month_adds_up_and_the_next_one_opens_where_it_closed()
    {
        var org = await OrgAsync(0);
        await CreditAsync(org, March.AddDays(-20), 1_000, 2_000);
        await CreditAsync(org, March.AddDays(3), 500, 1_000);
        await ChargeAsync(org, March.AddDays(-10), 400);
        await ChargeAsync(org, March.AddDays(4), 1_700, new("proj", Model: "dear"));
        await ChargeAsync(org, March.AddDays(5), 300, new("proj", Model: "dear"));
        await ChargeAsync(org, March.AddDays(5), 50);
        await ChargeAsync(org, March.AddDays(40), 7);

        var march = await Statements.MonthAsync(org, Month, Token);
        var april = await Statements.MonthAsync(org, Month.AddMonths(1), Token);

        Assert.Equal((1_600, 1_000, 2_050, 0, 550), Figures(march));
        Assert.Equal((550, 0, 7, 0, 543), Figures(april));
        Assert.Equal(
            [new(null, "unit", 1, 10, 3, new(50)), new ChargeLine("proj", "dear", 2, 20, 6, new(2_000))],
            march.Charges);

        // The first lot has 1,600 of its 2,000 left: 800 of its 1,000 rao; the rest comes from the second.
        Assert.Equal([(800L, 1_600L), (225, 450)], march.Lots.Select(use => (use.Amount.Value, use.Credit.Value)));
        var credit = march.Credits.Single();
        Assert.Equal((new Rao(500), new NanoUsd(1_000)), (credit.Amount, credit.Credit));
        Assert.Equal(
            [Month, Month.AddMonths(-1)],
            (await Statements.MonthsAsync(org, Token)).Where(month => month <= Month));
        Assert.Equal($"GW-202603-{org.ToString()[4..].ToUpperInvariant()}", march.Number);
        Assert.NotEqual(march.Number, april.Number);
    }

    [Fact]
    public async Task An_organisation_without_anything_has_an_empty_valid_month()
    {
        foreach (var org in (OrgId[])[await OrgAsync(0), OrgId.Create(TimeProvider.System)])
        {
            Assert.Empty(await Statements.MonthsAsync(org, Token));
            var month = await Statements.MonthAsync(org, Month, Token);
            Assert.Equal((0, 0, 0, 0, 0), Figures(month));
            Assert.Empty(month.Lots);
        }
    }

    [Fact]
    public async Task Refunds_and_expired_gifts_lower_the_balance_and_pay_for_nothing()
    {
        var org = await OrgAsync(0);
        var first = await CreditAsync(org, March, 100, 1_000);
        await CreditAsync(org, March.AddDays(1), 100, 1_000);
        await ChargeAsync(org, March.AddDays(2), 300);
        await RunAsync("UPDATE org_account SET available = available - 600, refunded = 600");
        var at = March.AddDays(3).ToUnixTimeMilliseconds();
        var statements = new Statements(Node.Store, Node.Replica, new TestSigner())
        {
            Reductions = $"""
                SELECT 'po_1', 'refund', '{first}', CAST({at} AS bigint), CAST(60 AS bigint), CAST(600 AS bigint)
                WHERE @org <> ''
                """,
        };

        var march = await statements.MonthAsync(org, Month, Token);
        await ChargeAsync(org, March.AddDays(32), 200);
        var april = await statements.MonthAsync(org, Month.AddMonths(1), Token);

        Assert.Equal((0, 2_000, 300, 600, 1_100), Figures(march));
        Assert.Equal((1_100, 0, 200, 0, 900), Figures(april));
        Assert.False(march.Reductions.Single().IsExpiry);
        Assert.Equal([(10L, 100L), (10, 100)], april.Lots.Select(use => (use.Amount.Value, use.Credit.Value)));
    }

    [Fact]
    public async Task Books_that_do_not_add_up_give_no_statement()
    {
        var org = await OrgAsync(1_000);
        await RunAsync("UPDATE org_account SET available = available - 1");

        await Assert.ThrowsAsync<InvalidOperationException>(() => Statements.MonthAsync(org, Month, Token));
    }

    [Fact]
    public async Task A_month_is_provisional_until_its_last_journal_is_in()
    {
        var org = await OrgAsync(0);
        var current = MonthStatement.MonthOf((await NowAsync()).AddDays(0));

        Assert.True((await Statements.MonthAsync(org, current, Token)).IsProvisional);
        Assert.False((await Statements.MonthAsync(org, current.AddMonths(-2), Token)).IsProvisional);
    }

    [Fact]
    public void Over_any_history_months_chain_and_lots_pay_every_charge_exactly() =>
        Gen.Select(
            Gen.Select(Gen.Int[0, 150], Gen.Long[1, 1L << 55], Gen.Long[1, 1L << 55]).Array[1, 6],
            Gen.Select(Gen.Int[0, 150], Gen.Int[1, 1000]).Array[0, 20]).Sample(AssertHistory);

    private static void AssertHistory((int Day, long Rao, long Nusd)[] lots, (int Day, int Part)[] charges)
    {
        var credits = lots
            .Select((lot, i) => new CreditLine(
                March.AddDays(lot.Day), $"lot_{i}", CreditKind.Paid, null, new(lot.Rao), new(1), new(lot.Nusd)))
            .OrderBy(line => line.At).ToList();
        var left = credits.Sum(line => line.Credit.Value);
        var spent = new List<UsageLine>();
        foreach (var (day, part) in charges.OrderBy(charge => charge.Day))
        {
            // The last charge may take all there is.
            var amount = part > 900 ? left : left / part;
            left -= amount;
            spent.Add(new(March.AddDays(day), null, null, null, "m", new(1, 0, 0, 0, 0, 0, 0, 0, new(amount))));
        }

        var used = new Dictionary<string, (long Rao, long Nusd)>();
        var closing = NanoUsd.Zero;
        for (var month = Month; month < Month.AddMonths(7); month = month.AddMonths(1))
        {
            var statement = MonthStatement.Of(default, month, Facts(month, credits, spent, left));
            Assert.Equal(closing, statement.Opening);
            closing = statement.Closing;
            Assert.Equal(statement.Charged.Value, statement.Lots.Sum(use => use.Credit.Value));
            foreach (var use in statement.Lots)
            {
                var (rao, nusd) = used.GetValueOrDefault(use.Lot);
                used[use.Lot] = (rao + use.Amount.Value, nusd + use.Credit.Value);
            }
        }

        Assert.Equal(left, closing.Value);
        foreach (var lot in credits.Where(lot => used.ContainsKey(lot.Lot)))
        {
            var (rao, nusd) = used[lot.Lot];
            Assert.True(rao <= lot.Amount.Value && nusd <= lot.Credit.Value);
            Assert.True(nusd < lot.Credit.Value || rao == lot.Amount.Value);
        }
    }

    private static MonthFacts Facts(DateOnly month, List<CreditLine> credits, List<UsageLine> spent, long left)
    {
        var (from, to) = MonthStatement.Bounds(month);
        return new(
            March,
            credits,
            [],
            new(spent.Where(line => line.Start < from).Sum(line => line.Totals.Charge.Value)),
            [.. spent.Where(line => line.Start >= from && line.Start < to)],
            new(spent.Where(line => line.Start >= to).Sum(line => line.Totals.Charge.Value)),
            new(left));
    }

    private static (long, long, long, long, long) Figures(MonthStatement month) => (month.Opening.Value,
        month.Credited.Value, month.Charged.Value, month.Reduced.Value, month.Closing.Value);

    private Task<DateTimeOffset> NowAsync() => Node.Store.ReadAsync(
        async session => DateTimeOffset.FromUnixTimeMilliseconds(await session.NowAsync()), Token);

    private async Task<string> CreditAsync(OrgId org, DateTimeOffset at, long rao, long nusd)
    {
        var lot = "lot_" + Guid.CreateVersion7(at).ToString("N");
        await RunAsync(
            """
            INSERT INTO lot (id, org, kind, rate, rao, nusd, rao_left, nusd_left)
            VALUES (@lot, @org, 'paid', 1, @rao, @nusd, @rao, @nusd)
            """,
            ("lot", lot), ("org", org.ToString()), ("rao", rao), ("nusd", nusd));
        await RunAsync("UPDATE org_account SET available = available + @nusd WHERE org = @org",
            ("nusd", nusd), ("org", org.ToString()));
        return lot;
    }
}
