using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Api.Egress;

/// <summary>Registers calls to addresses that customers name.</summary>
internal static class EgressServices
{
    public static IServiceCollection AddEgress(this IServiceCollection services)
    {
        services.TryAddSingleton(new EgressRules());
        return services.AddSingleton<EgressClient>();
    }
}
