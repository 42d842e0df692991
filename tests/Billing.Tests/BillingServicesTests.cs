using Gateway.Billing.Tests.Kit;
using Gateway.Core.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Gateway.Billing.Tests;

public sealed class BillingServicesTests
{
    [Fact]
    public async Task A_host_opens_the_books_serves_and_closes_its_lease()
    {
        var token = TestContext.Current.CancellationToken;
        var directory = Directory.CreateTempSubdirectory("gateway-billing-").FullName;
        await using (var services = Build(
            ("Gateway:DataDirectory", directory),
            ("Gateway:Pricing:Usd:llama-3.3-70b:Input", "0.02"),
            ("Gateway:Pricing:Usd:llama-3.3-70b:Output", "0.06")))
        {
            var newest = SchemaMigration.Load(typeof(BillingSchema).Assembly, "billing.sqlite.").Count;
            Assert.Equal(newest, await BillingSchema.MigrateAsync(services, token));
            var hosted = services.GetServices<IHostedService>().ToList();
            foreach (var service in hosted)
            {
                await service.StartAsync(token);
            }

            Assert.True(services.GetRequiredService<PriceBook>().TryGet(new("llama-3.3-70b"), out var version));
            Assert.Equal((20_000, 60_000), (version.Prices.Input.PicoUsd, version.Prices.Output.PicoUsd));
            var ledger = services.GetRequiredService<Ledger>();
            Assert.Equal(new Quoted.NoPrice(new("other")), ledger.Quote(new([new("other")], 1, 1, 1, null)));
            var org = Core.OrgId.Create(TimeProvider.System);
            await ledger.CreditAsync(Some.Transfer(org, 500), token);
            Assert.Equal(new(500), (await services.GetRequiredService<Statements>().BalanceAsync(org, token)).Credited);

            hosted.Reverse();
            foreach (var service in hosted)
            {
                await service.StopAsync(token);
            }

            Assert.Null(services.GetRequiredService<Replica>().Current);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void Every_wrong_price_is_named_at_once()
    {
        using var services = Build(
            ("Gateway:Pricing:Usd:a:Input", "0.02"),
            ("Gateway:Pricing:Usd:b:Input", "-1"),
            ("Gateway:Pricing:Usd:b:Output", "10000.000001"),
            ("Gateway:Pricing:Usd:auto:Input", "1"),
            ("Gateway:Pricing:Usd:auto:Output", "0.0000001"));

        var error = Assert.Throws<OptionsValidationException>(services.GetRequiredService<BillingOptions>);

        Assert.Equal(5, error.Failures.Count());
        Assert.Contains(
            error.Failures, text => text.StartsWith("Gateway:Pricing:Usd:a:Output: missing", StringComparison.Ordinal));
    }

    [Fact]
    public void A_models_name_may_have_colons()
    {
        using var services = Build(
            ("Gateway:Pricing:Usd:llama3:8b:Input", "0.01"),
            ("Gateway:Pricing:Usd:llama3:8b:Output", "0.02"),
            ("Gateway:Pricing:Usd:llama3:Input", "0.03"),
            ("Gateway:Pricing:Usd:llama3:Output", "0.04"),
            ("Gateway:Pricing:Usd:a:b:c:Input", "0.05"),
            ("Gateway:Pricing:Usd:a:b:c:Output", "0.06"));

        var prices = services.GetRequiredService<BillingOptions>().Prices;

        Assert.Equal(
            [
                new(new("a:b:c"), new(50_000), new(60_000)),
                new(new("llama3"), new(30_000), new(40_000)),
                new(new("llama3:8b"), new(10_000), new(20_000)),
            ],
            prices.OrderBy(price => price.Model.Value, StringComparer.Ordinal));
    }

    [Fact]
    public void A_price_that_stands_under_no_model_is_named()
    {
        using var services = Build(
            ("Gateway:Pricing:Usd:llama3:8b", "0.01"), ("Gateway:Pricing:Usd:mistral", "0.01"));

        var error = Assert.Throws<OptionsValidationException>(services.GetRequiredService<BillingOptions>);

        Assert.Equal(4, error.Failures.Count());
    }

    private static ServiceProvider Build(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value))
            .Build();
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton<IReceiptSigner>(new TestSigner())
            .AddSingleton<IReserveSecrets>(new FixedSecrets())
            .AddBilling(configuration)
            .BuildServiceProvider();
    }
}
