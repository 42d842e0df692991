using Gateway.Router.Forwarding;
using Gateway.Router.Gating;
using Gateway.Router.Learning;
using Gateway.Router.Load;
using Gateway.Router.Planning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Router;

/// <summary>Registers the router.</summary>
public static class RouterServices
{
    /// <summary>Adds <see cref="ModelRouter"/> and <see cref="RouteBoard"/>. The host adds <see
    /// cref="IUpstreamSource"/> and <see cref="IRequestSigner"/>, both as singletons.</summary>
    public static IServiceCollection AddModelRouter(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new RouterLimits());
        services.TryAddSingleton<IModelPrices, NoPrices>();
        services.AddSingleton(provider => new UpstreamChannel(provider.GetRequiredService<IRequestSigner>()));
        services.AddSingleton(provider => new LoadTable(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(CreateOwner);
        services.AddSingleton(CreateViews);
        services.AddSingleton(provider => new PrefixMemory(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new AttemptLessons(
            provider.GetRequiredService<GateOwner>(), provider.GetRequiredService<PrefixMemory>()));
        services.AddSingleton(provider => new ModelRouter(
            provider.GetRequiredService<RoutingViews>(), CreateDispatcher(provider),
            provider.GetRequiredService<PrefixMemory>()));
        services.AddSingleton(provider => new RouteBoard(provider.GetRequiredService<IUpstreamSource>()));
        return services;
    }

    private static ChatDispatcher CreateDispatcher(IServiceProvider provider) => new(
        provider.GetRequiredService<UpstreamChannel>(),
        provider.GetRequiredService<LoadTable>(),
        new RetryBudget(),
        provider.GetRequiredService<AttemptLessons>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<RouterLimits>());

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
