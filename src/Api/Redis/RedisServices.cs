using Gateway.Api.Hosting;
using Gateway.Api.Limits;
using Gateway.Billing;

namespace Gateway.Api.Redis;

/// <summary>Registers what several replicas share by Redis, where it is configured.</summary>
internal static class RedisServices
{
    public static IServiceCollection AddRedis(this IServiceCollection services, GatewaySettings settings) =>
        !settings.UsesRedis ? services : services
            .AddSingleton(provider => new RedisLink(
                RedisSettings.Read(settings.RedisConnectionString),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<RedisLink>>()))
            .AddSingleton(provider => new RedisBuckets(
                provider.GetRequiredService<RedisLink>(),
                () => provider.GetRequiredService<Ledger>().Replicas,
                provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<ICommonBuckets>(provider => provider.GetRequiredService<RedisBuckets>())
            .AddSingleton<Nudges>()
            .AddHostedService<RedisKeeper>();
}
