using Gateway.Api.Portal.Sessions;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Api.Portal;

/// <summary>Registers the pages for people.</summary>
internal static class PortalServices
{
    public static IServiceCollection AddPortal(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.TryAddSingleton<IVisitors, NoVisitors>();
        return services
            .AddScoped<PageFrame>()
            .AddSingleton<PartReader>();
    }
}
