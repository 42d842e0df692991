using Gateway.Billing.Tests.Kit;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Billing.Tests.Pricing;

public sealed class PriceBookTests(PostgresTemplate template) : IClassFixture<PostgresTemplate>
{
    [Fact]
    public async Task A_process_whose_clock_is_behind_the_databases_reads_the_prices_it_has_seeded()
    {
        var folder = Directory.CreateTempSubdirectory("gateway-billing-");
        var behind = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(-1));
        await using (var node = await BillingNode.StartAsync(
            folder.FullName, await template.CopyAsync(), time: behind))
        {
            Assert.True(node.Book.TryGet(BillingNode.Model, out _));
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_price_of_tomorrow_does_not_hold_today()
    {
        var token = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("gateway-billing-");
        await using (var node = await BillingNode.StartAsync(folder.FullName, await template.CopyAsync()))
        {
            await node.Store.WriteAsync(
                session => session.ExecuteAsync("""
                    INSERT INTO price_version
                        (id, model, valid_from, input, cached, output, reasoning, share_ppm, author)
                    SELECT id + 100, model, valid_from + 86400000, 9, 9, 9, 9, share_ppm, author FROM price_version
                    """),
                token);
            await node.Book.LoadAsync(token);

            Assert.All(node.Book.Current, version => Assert.NotEqual(9, version.Prices.Input.PicoUsd));
        }

        folder.Delete(recursive: true);
    }
}
