using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Billing.Tests.Storage;

public abstract partial class LedgerStoreSuite
{
    [Fact]
    public async Task The_auditor_freezes_whose_books_are_wrong_and_nobody_else()
    {
        var token = TestContext.Current.CancellationToken;
        var (wrong, right) = (await Node.CreditNewAsync(1_000), await Node.CreditNewAsync(1_000));
        using var auditor = new Auditor(Node.Store, TimeProvider.System, NullLogger<Auditor>.Instance);
        Assert.Equal(0, await auditor.RoundAsync(token));

        await ChangeAsync("UPDATE org_account SET available = available + 1 WHERE org = @org", wrong);

        Assert.True(await auditor.RoundAsync(token) > 0);
        Assert.IsType<Reserved.Frozen>(await Node.ReserveAsync(wrong, Node.Quote(1, 0)));
        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(right, Node.Quote(1, 0)));
        await ChangeAsync("UPDATE org_account SET available = available - 1 WHERE org = @org", wrong);
    }
}
