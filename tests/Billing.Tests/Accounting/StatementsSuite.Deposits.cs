using Gateway.Billing.Tests.Kit;

namespace Gateway.Billing.Tests.Accounting;

public abstract partial class StatementsSuite
{
    [Fact]
    public async Task Deposits_come_newest_first_in_pages_without_gaps()
    {
        var org = await OrgAsync(0);
        var transfer = Some.Transfer(org, 500);
        foreach (var (height, index) in ((long, int)[])[(7, 0), (9, 1), (9, 0), (8, 0), (10, 3)])
        {
            await Node.Ledger.CreditAsync(
                transfer with { Height = height, EventIndex = index, BlockHash = $"0x{height}" }, Token);
        }

        await OrgAsync(1);
        var seen = new List<DepositLine>();
        var after = default(string);
        do
        {
            var page = await Statements.DepositsAsync(org, 2, after, Token);
            seen.AddRange(page);
            after = page is [.., var last] ? last.Id : null;
        }
        while (after is not null);

        Assert.Equal([(10L, 3L), (9, 1), (9, 0), (8, 0), (7, 0)], seen.Select(line => (line.Height, line.EventIndex)));
        Assert.Equal(
            new("0xgenesis/0x10/3", "credited", "0x10", 10, 3, new(Some.Noon.Ticks, TimeSpan.Zero), "5Deposit",
                new(500), new(1_000), new(500)),
            seen[0]);
        Assert.Empty(await Statements.DepositsAsync(await OrgAsync(0), 2, null, Token));
        Assert.Empty(await Statements.DepositsAsync(await OrgAsync(0), 2, seen[0].Id, Token));
        Assert.Empty(await Statements.DepositsAsync(org, 2, "nonsense", Token));
    }
}
