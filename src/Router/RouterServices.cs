using Gateway.Router.Forwarding;
using Gateway.Router.Load;
using Gateway.Router.Planning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Router;

/// <summary>Registers the router.</summary>
public static class RouterServices
{
    /// <summary>Adds <see cref="ModelRouter"/> and <see cref="RouteBoard"/>. The host adds <see
    /// cref="IUpstreamSource"/> and <see cref="IRequestSigner"/>, and may add <see cref="IDialGuard"/>, all as singletons.
    /// </summary>
    public static IServiceCollection AddModelRouter(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new RouterLimits());
        services.AddSingleton(provider => new UpstreamChannel(
            provider.GetRequiredService<IRequestSigner>(), provider.GetService<IDialGuard>()));
        services.AddSingleton(provider => new LoadTable(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new ModelRouter(
            new RoutingTables(provider.GetRequiredService<IUpstreamSource>(), provider.GetRequiredService<LoadTable>()),
            CreateDispatcher(provider)));
        services.AddSingleton(provider => new RouteBoard(provider.GetRequiredService<IUpstreamSource>()));
        return services;
    }

    private static ChatDispatcher CreateDispatcher(IServiceProvider provider) => new(
        provider.GetRequiredService<UpstreamChannel>(),
        provider.GetRequiredService<LoadTable>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<RouterLimits>());
}
