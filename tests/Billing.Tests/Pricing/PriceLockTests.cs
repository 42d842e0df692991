using Gateway.Billing.Tests.Kit;

namespace Gateway.Billing.Tests.Pricing;

public sealed class PriceLockTests
{
    [Fact]
    public async Task A_request_that_streams_while_its_price_changes_is_charged_by_its_quote()
    {
        var token = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("gateway-billing-");
        await using (var node = await BillingNode.StartAsync(folder.FullName, ""))
        {
            var payer = await node.CreditNewAsync(1_000);
            var hold = await node.HoldAsync(payer, 10, 100, first: 20);

            var import = await new PriceDesk(node.Store).ImportAsync(
                """
                { "currency": "USD", "models": {
                    "unit": { "input_per_million_tokens": "0.003", "output_per_million_tokens": "0.003" } } }
                """u8.ToArray(), "ada", "dearer", approve: false, token);
            await node.Book.LoadAsync(token);
            Assert.Equal(["unit"], import.Added);
            Assert.True(await node.Ledger.ExtendAsync(hold, 100, token));
            var settled = await node.SettleAsync(hold, 10, 100);

            Assert.Equal(new(110), settled.Charge);
            Assert.Equal(new(330), node.Quote(10, 100).Hold);
        }

        folder.Delete(recursive: true);
    }
}
