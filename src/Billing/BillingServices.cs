using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>Puts billing into a host.</summary>
public static class BillingServices
{
    /// <summary>Registers <see cref="Ledger"/>, <see cref="Allowances"/>, <see cref="Statements"/>,
    /// <see cref="PriceBook"/>, <see cref="PriceDesk"/>, <see cref="RateBook"/>, <see cref="Treasury"/>,
    /// <see cref="PayoutDesk"/> and <see cref="Reserves"/> with the hosted services that open the books and keep them.
    /// The host adds an <see cref="IReceiptSigner"/> and an <see cref="IReserveSecrets"/>, and may add
    /// <see cref="IRateSource"/>s, <see cref="IPayoutDestinations"/>, <see cref="IMinerOwners"/> and an
    /// <see cref="IRecallSignal"/>. Read are
    /// <c>Gateway:DataDirectory</c>, <c>Gateway:Storage:ConnectionString</c>, <c>Gateway:Billing</c>,
    /// <c>Gateway:Rates:Fixed</c>, <c>Gateway:Network</c> and <c>Gateway:Pricing:Usd</c>; what is wrong in them stops
    /// the start with every error at once.</summary>
    public static IServiceCollection AddBilling(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => BillingOptions.Read(configuration));
        services.AddSingleton(CreateStore);
        services.AddSingleton(CreateBook);
        services.AddSingleton<IBooks>(provider => new SqlBooks(provider.GetRequiredService<ILedgerStore>()));
        services.AddSingleton<IJournals>(CreateJournals);
        services.AddSingleton(CreateReplica);
        services.AddSingleton(CreateReservations);
        services.AddSingleton(CreateLedger);
        services.AddSingleton(provider => new Statements(
            provider.GetRequiredService<ILedgerStore>(),
            provider.GetRequiredService<Replica>(),
            provider.GetRequiredService<IReceiptSigner>(),
            provider.GetService<IRouteHashes>()));
        services.AddSingleton(provider => new Allowances(
            provider.GetRequiredService<ILedgerStore>(), provider.GetRequiredService<Replica>()));
        services.AddCash();
        services.AddSingleton(CreateCalls);
        services.AddHostedService<BillingStart>();
        services.AddHostedService<LeaseKeeper>(CreateKeeper);
        services.AddHostedService<RateSampler>();
        services.AddHostedService<RollUpLoop>();
        services.AddHostedService<IdempotencyKeeper>();
        services.AddSingleton(_ => new BooksAudit());
        services.AddSingleton(provider => new ReplicaDesk(provider.GetRequiredService<ILedgerStore>()));
        services.AddHostedService(provider => new Auditor(
            provider.GetRequiredService<ILedgerStore>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Auditor>>())
        {
            Board = provider.GetRequiredService<BooksAudit>(),
        });
        services.AddReserves(configuration);
        return services;
    }

    /// <summary>Registers only <see cref="PayoutDesk"/> and <see cref="SignerHalts"/> with the hosted service that
    /// opens the books: for a process that pays out and serves nobody. Read are <c>Gateway:DataDirectory</c> and
    /// <c>Gateway:Storage:ConnectionString</c>.</summary>
    public static IServiceCollection AddPayouts(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => BillingOptions.Read(configuration));
        services.AddSingleton(CreateStore);
        services.AddDesks();
        services.AddHostedService<StoreStart>();
        return services;
    }

    private static void AddDesks(this IServiceCollection services)
    {
        services.AddSingleton(provider => new PayoutDesk(provider.GetRequiredService<ILedgerStore>()));
        services.AddSingleton(provider => new SignerHalts(provider.GetRequiredService<ILedgerStore>()));
    }

    // Prices, rates, deposits, payouts: everything about money that is not a request's.
    private static void AddCash(this IServiceCollection services)
    {
        services.AddSingleton(provider => new PriceDesk(provider.GetRequiredService<ILedgerStore>()));
        services.AddDesks();
        services.AddSingleton(provider => new HaltDesk(provider.GetRequiredService<ILedgerStore>()));
        services.AddSingleton(provider => new Deposits(
            provider.GetRequiredService<ILedgerStore>(), provider.GetRequiredService<BillingOptions>().FixedRate));
        services.AddSingleton(provider => new DepositDesk(
            provider.GetRequiredService<ILedgerStore>(), provider.GetRequiredService<Deposits>()));
        services.AddSingleton(provider => new AddressDesk(
            provider.GetRequiredService<ILedgerStore>(),
            provider.GetService<IDepositAddressSource>(),
            provider.GetService<IAddressLog>()));
        services.AddSingleton(CreateRates);
        services.AddSingleton(provider => new Treasury(
            provider.GetRequiredService<ILedgerStore>(),
            provider.GetRequiredService<BillingOptions>(),
            provider.GetService<IPayoutDestinations>(),
            provider.GetService<IMinerOwners>())
        {
            Recall = provider.GetRequiredService<Replica>().RecallEverywhereAsync,
        });
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

    private static FileJournals CreateJournals(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<BillingOptions>();
        return new(
            options.DataDirectory,
            new() { SegmentLength = options.SegmentLength, Durability = options.Durability },
            options.KeepJournals,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<FileJournals>>());
    }

    private static Replica CreateReplica(IServiceProvider provider) => new(
        provider.GetRequiredService<IBooks>(),
        provider.GetRequiredService<IJournals>(),
        provider.GetRequiredService<BillingOptions>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<Replica>>())
    {
        Signal = provider.GetService<IRecallSignal>(),
    };

    private static Reservations CreateReservations(IServiceProvider provider) => new(
        provider.GetRequiredService<Replica>(),
        provider.GetRequiredService<IBooks>(),
        provider.GetRequiredService<BillingOptions>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<Reservations>>())
    {
        Signal = provider.GetService<IRecallSignal>(),
    };

    // What a failed disk lost is unknown: streams end, and the next process reads what is there.
    private static LeaseKeeper CreateKeeper(IServiceProvider provider) => new(
        provider.GetRequiredService<Replica>(),
        provider.GetRequiredService<PriceBook>(),
        provider.GetRequiredService<BillingOptions>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<LeaseKeeper>>())
    {
        Fail = () =>
        {
            Environment.ExitCode = 1;
            provider.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        },
    };

    private static Ledger CreateLedger(IServiceProvider provider) => new(
        provider.GetRequiredService<Deposits>(),
        provider.GetRequiredService<Replica>(),
        provider.GetRequiredService<Reservations>(),
        provider.GetRequiredService<PriceBook>(),
        provider.GetRequiredService<ILogger<Ledger>>());

    private static IdempotentCalls CreateCalls(IServiceProvider provider)
    {
        var replica = provider.GetRequiredService<Replica>();
        return new(
            provider.GetRequiredService<ILedgerStore>(),
            () => replica.Current?.Id,
            provider.GetRequiredService<ILogger<IdempotentCalls>>());
    }
}
