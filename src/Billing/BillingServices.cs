using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>Puts billing into a host.</summary>
public static class BillingServices
{
    /// <summary>Registers <see cref="Ledger"/>, <see cref="Statements"/> and <see cref="PriceBook"/> with the hosted
    /// services that open the books and keep them. The host adds an <see cref="IReceiptSigner"/>. Read are
    /// <c>Gateway:DataDirectory</c>, <c>Gateway:Storage:ConnectionString</c> and <c>Gateway:Pricing:Usd</c>; what is
    /// wrong in them stops the start with every error at once.</summary>
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
        services.AddSingleton(provider => new PriceDesk(provider.GetRequiredService<ILedgerStore>()));
        services.AddHostedService<BillingStart>();
        services.AddHostedService<LeaseKeeper>();
        return services;
    }

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
