using Gateway.Router.Forwarding;
using Gateway.Router.Gating;
using Gateway.Router.Learning;
using Gateway.Router.Load;
using Gateway.Router.Planning;
using Gateway.Router.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Router;

/// <summary>Registers the router.</summary>
public static class RouterServices
{
    /// <summary>Adds <see cref="ModelRouter"/> and <see cref="RouteBoard"/>. The host adds <see
    /// cref="IUpstreamSource"/> and <see cref="IRequestSigner"/>, and may add <see cref="IDialGuard"/> and
    /// <see cref="IUpstreamTongue"/>, all as singletons.</summary>
    public static IServiceCollection AddModelRouter(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new RouterLimits());
        services.TryAddSingleton<IModelPrices, NoPrices>();
        services.AddSingleton(provider => new UpstreamChannel(
            provider.GetRequiredService<IRequestSigner>(), provider.GetService<IDialGuard>(),
            provider.GetService<IUpstreamTongue>()));
        services.AddSingleton(provider => new LoadTable(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(CreateOwner);
        services.AddSingleton(CreateViews);
        services.AddSingleton(provider => new PrefixMemory(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new PromptSampler(
            (ulong)provider.GetRequiredService<TimeProvider>().GetTimestamp()));
        services.AddSingleton(provider => new AttemptLessons(
            provider.GetRequiredService<GateOwner>(), provider.GetRequiredService<PrefixMemory>(),
            new(provider.GetRequiredService<TimeProvider>())));
        services.AddSingleton(CreateRunner);
        services.AddSingleton(CreateRouter);
        services.AddSingleton<TraceShelf>();
        services.AddSingleton(provider => new LearningDesk(
            provider.GetRequiredService<AttemptLessons>(), provider.GetRequiredService<TraceShelf>()));
        services.AddSingleton(CreateBoard);
        services.AddSingleton(provider => new UptimeBook(
            provider.GetService<RouterStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(CreateKeeper);
        services.AddHostedService(provider => provider.GetRequiredService<GateKeeper>());
        return services;
    }

    /// <summary>Keeps what the router learns, and its traces: in the file <c>router.db</c> under
    /// <c>Gateway:DataDirectory</c>, or in the schema <c>router</c> of <c>Gateway:Storage:ConnectionString</c>.
    /// </summary>
    public static IServiceCollection AddRouterStore(this IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton(provider => CreateStore(configuration, provider.GetRequiredService<TimeProvider>()));

    private static RouterStore CreateStore(IConfiguration configuration, TimeProvider time) =>
        configuration["Gateway:Storage:ConnectionString"] is { Length: > 0 } postgres
            ? RouterStore.OfPostgres(postgres, time)
            : RouterStore.OfSqlite(Path.GetFullPath(configuration["Gateway:DataDirectory"] ?? "./data"), time);

    private static RouteBoard CreateBoard(IServiceProvider provider) => new(
        provider.GetRequiredService<IUpstreamSource>(),
        provider.GetRequiredService<RoutingViews>(),
        provider.GetRequiredService<LoadTable>(),
        provider.GetRequiredService<TraceShelf>(),
        new(
            provider.GetRequiredService<GateOwner>(), provider.GetRequiredService<RoutingViews>(),
            provider.GetRequiredService<TraceShelf>(), provider.GetRequiredService<TimeProvider>()),
        provider.GetRequiredService<TimeProvider>());

    private static GateKeeper CreateKeeper(IServiceProvider provider) => new(
        provider.GetRequiredService<GateOwner>(),
        provider.GetRequiredService<RoutingViews>(),
        provider.GetRequiredService<TraceShelf>(),
        provider.GetRequiredService<PromptSampler>(),
        provider.GetService<RouterStore>(),
        provider.GetService<ILoggerFactory>()?.CreateLogger<GateKeeper>() ?? NullLogger<GateKeeper>.Instance);

    private static LineRunner CreateRunner(IServiceProvider provider) => new(
        provider.GetRequiredService<IUpstreamSource>(),
        provider.GetRequiredService<UpstreamChannel>(),
        provider.GetRequiredService<LoadTable>(),
        new RetryBudget(),
        new HedgePolicy(),
        provider.GetRequiredService<AttemptLessons>());

    private static ModelRouter CreateRouter(IServiceProvider provider)
    {
        var runner = provider.GetRequiredService<LineRunner>();
        var desk = provider.GetRequiredService<LearningDesk>();
        var time = provider.GetRequiredService<TimeProvider>();
        var limits = provider.GetRequiredService<RouterLimits>();
        return new(
            provider.GetRequiredService<RoutingViews>(),
            new(runner, desk, time, limits),
            new(runner, desk, time, limits),
            new(runner, desk, time, limits),
            provider.GetRequiredService<PrefixMemory>(),
            provider.GetRequiredService<PromptSampler>());
    }

    // Clusters prove themselves on logged choices before they decide: nobody has labelled this network's work yet.
    private static GateOwner CreateOwner(IServiceProvider provider)
    {
        var time = provider.GetRequiredService<TimeProvider>();
        var book = new GateBook(new() { TrustClusters = false }, Guid.CreateVersion7(time.GetUtcNow()));
        return new(book, time);
    }

    private static RoutingViews CreateViews(IServiceProvider provider) => new(
        provider.GetRequiredService<IUpstreamSource>(),
        provider.GetRequiredService<IModelPrices>(),
        provider.GetRequiredService<LoadTable>(),
        provider.GetRequiredService<GateOwner>(),
        provider.GetService<ILoggerFactory>()?.CreateLogger<RoutingViews>() ?? NullLogger<RoutingViews>.Instance);
}
