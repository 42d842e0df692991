using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>Puts billing into a host.</summary>
public static class BillingServices
{
    /// <summary>Registers <see cref="Ledger"/>, <see cref="Statements"/>, <see cref="PriceBook"/>,
    /// <see cref="PriceDesk"/>, <see cref="RateBook"/>, <see cref="Treasury"/> and <see cref="PayoutDesk"/> with the
    /// hosted services that open the books and keep them. The host adds an <see cref="IReceiptSigner"/>, and may add
    /// <see cref="IRateSource"/>s, <see cref="IPayoutDestinations"/> and <see cref="IMinerOwners"/>. Read are
    /// <c>Gateway:DataDirectory</c>, <c>Gateway:Storage:ConnectionString</c>, <c>Gateway:Rates:Fixed</c>,
    /// <c>Gateway:Network</c> and <c>Gateway:Pricing:Usd</c>; what is wrong in them stops the start with every error at
    /// once.</summary>
    public static IServiceCollection AddBilling(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => BillingOptions.Read(configuration));
        services.AddSingleton(CreateStore);
        services.AddSingleton(CreateBook);
        services.AddSingleton<Replica>();
        services.AddSingleton(CreateLedger);
        services.AddSingleton(provider => new Statements(
            provider.GetRequiredService<ILedgerStore>(), provider.GetRequiredService<IReceiptSigner>()));
        services.AddCash();
        services.AddHostedService<BillingStart>();
        services.AddHostedService<LeaseKeeper>();
        services.AddHostedService<RateSampler>();
        services.AddHostedService<RollUpLoop>();
        return services;
    }

    // Prices, rates, deposits, payouts: everything about money that is not a request's.
    private static void AddCash(this IServiceCollection services)
    {
        services.AddSingleton(provider => new PriceDesk(provider.GetRequiredService<ILedgerStore>()));
        services.AddSingleton(provider => new PayoutDesk(provider.GetRequiredService<ILedgerStore>()));
        services.AddSingleton(provider => new Deposits(
            provider.GetRequiredService<ILedgerStore>(), provider.GetRequiredService<BillingOptions>().FixedRate));
        services.AddSingleton(CreateRates);
        services.AddSingleton(provider => new Treasury(
            provider.GetRequiredService<ILedgerStore>(),
            provider.GetRequiredService<BillingOptions>(),
            provider.GetService<IPayoutDestinations>(),
            provider.GetService<IMinerOwners>()));
        services.AddSingleton<RollUp>();
    }

    private static RateBook CreateRates(IServiceProvider provider) => new(
        provider.GetRequiredService<ILedgerStore>(),
        provider.GetServices<IRateSource>(),
        provider.GetRequiredService<BillingOptions>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<RateBook>>());

    private static ILedgerStore CreateStore(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<BillingOptions>();
        var time = provider.GetRequiredService<TimeProvider>();
        return options.ConnectionString.Length > 0
            ? new PostgresLedgerStore(options.ConnectionString, time)
            : new SqliteLedgerStore(
                options.DataDirectory,
                options.Durability,
                time,
                provider.GetRequiredService<ILogger<SqliteLedgerStore>>());
    }

    private static PriceBook CreateBook(IServiceProvider provider) => new(
        provider.GetRequiredService<ILedgerStore>(), provider.GetRequiredService<BillingOptions>());

    private static Ledger CreateLedger(IServiceProvider provider) => new(
        provider.GetRequiredService<ILedgerStore>(),
        provider.GetRequiredService<Replica>(),
        provider.GetRequiredService<PriceBook>(),
        provider.GetRequiredService<BillingOptions>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<Ledger>>());
}
