using Gateway.Api.Access;
using Gateway.Api.Hosting;
using Gateway.Api.Operators;
using Gateway.Api.Wiring.Tongues;
using Gateway.Billing;
using Gateway.ChainBridge;
using Gateway.Router;

namespace Gateway.Api.Wiring;

/// <summary>The adapters between the modules' ports and doors: one look at this folder shows the graph.</summary>
internal static class WiringServices
{
    private const string HotkeyFile = "request-hotkey";

    public static IServiceCollection AddWiring(this IServiceCollection services, GatewaySettings settings)
    {
        services
            .AddSingleton<UpstreamSnapshots>()
            .AddSingleton<IUpstreamSource>(provider => provider.GetRequiredService<UpstreamSnapshots>())
            .AddSingleton<IRequestSigner, RequestSigner>()
            .AddTongues()
            .AddSingleton<IModelPrices, RoutePrices>()
            .AddSingleton<IRouteHashes, RouteHashes>()
            .AddSingleton<IPayoutDestinations, PayoutDestinations>()
            .AddDepositAddresses()
            .AddSingleton<IBlockSink, BooksBlockSink>()
            .AddSingleton<IAddressBook, BooksAddressBook>()
            .AddSingleton(provider => NSecReceiptSigner.In(provider.GetRequiredService<DataDirectory>()))
            .AddSingleton<IReceiptSigner>(provider => provider.GetRequiredService<NSecReceiptSigner>())
            .AddSingleton<IReserveSecrets, ReserveSecrets>()
            .AddSingleton(provider =>
                new Lazy<KeyRing>(() => RequestKeys(provider.GetRequiredService<DataDirectory>())))
            .AddSingleton<DrainState>()
            .AddSingleton<Announcer>()
            .AddHostedService<Drain>()
            .AddHostedService<SchemaStart>()
            .AddHostedService<OperatorMarksFeed>()
            .AddHostedService<PriceCheck>();
        if (settings.UsesRedis)
        {
            services
                .AddSingleton<IRecallSignal, RedisRecall>()
                .AddSingleton<IKeyNews, RedisKeyNews>();
        }

        if (settings.IsDevNet)
        {
            services
                .AddSingleton<DevNetFile>()
                .AddSingleton<DemoLogin>()
                .AddSingleton<DevNetAccount>()
                .AddSingleton<DevNetHost>()
                .AddHostedService(provider => provider.GetRequiredService<DevNetHost>());
        }

        // Behind DevNet, which brings the chain's endpoints.
        services
            .AddSingleton<ChainLink>()
            .AddHostedService(provider => provider.GetRequiredService<ChainLink>())
            .AddSingleton<IDialGuard, AxonGuard>()
            .AddSingleton<MetagraphLink>()
            .AddHostedService(provider => provider.GetRequiredService<MetagraphLink>())
            .AddMinerOwners()
            .AddSingleton<ChainWatch>()
            .AddHostedService(provider => provider.GetRequiredService<ChainWatch>());
        if (settings.IsDevNet)
        {
            services
                .AddSingleton(CreateGift)
                .AddHostedService(provider => provider.GetRequiredService<DemoGift>());
        }

        return services.AddValidator(settings).AddSigner(settings);
    }

    private static IServiceCollection AddDepositAddresses(this IServiceCollection services) => services
        .AddSingleton<DepositAddressSource>()
        .AddSingleton<IDepositAddressSource>(provider => provider.GetRequiredService<DepositAddressSource>())
        .AddSingleton<DepositStock>()
        .AddHostedService(provider => provider.GetRequiredService<DepositStock>())
        .AddSingleton<IAddressLog, AddressLogFile>()
        .AddHostedService<AddressReturner>();

    private static IServiceCollection AddTongues(this IServiceCollection services) => services
        .AddSingleton<DendriteTongue>()
        .AddSingleton<FiberSessions>()
        .AddSingleton<FiberTongue>()
        .AddSingleton<IUpstreamTongue, Tongue>();

    private static IServiceCollection AddValidator(this IServiceCollection services, GatewaySettings settings) =>
        settings.Roles.Contains(GatewaySettings.ValidatorRole)
            ? services.AddSingleton<WeightHost>()
                .AddHostedService(provider => provider.GetRequiredService<WeightHost>())
            : services;

    private static DemoGift CreateGift(IServiceProvider provider) => new(
        provider.GetRequiredService<GatewaySettings>(),
        provider.GetRequiredService<DataDirectory>(),
        provider.GetRequiredService<DevNetHost>(),
        provider.GetRequiredService<DevNetAccount>(),
        (provider.GetRequiredService<AddressDesk>(), provider.GetRequiredService<Statements>()),
        provider.GetRequiredService<TimeProvider>());

    private static KeyRing RequestKeys(DataDirectory directory)
    {
        var file = directory.Secret(HotkeyFile);
        return File.Exists(file) ? KeyRing.Load(file) : KeyRing.Generate(file);
    }
}
