using Gateway.Billing;

namespace Gateway.Api.Limits;

/// <summary>Registers the rate limits.</summary>
internal static class LimitServices
{
    public static IServiceCollection AddRateLimits(this IServiceCollection services) => services
        .AddSingleton<IShareSource>(provider => new EqualShares(() => provider.GetRequiredService<Ledger>().Replicas))
        .AddSingleton(_ => new BucketTable())
        .AddSingleton<CancelWatch>()
        .AddSingleton<RateLimiter>();
}
