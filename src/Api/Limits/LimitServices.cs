namespace Gateway.Api.Limits;

/// <summary>Registers the rate limits.</summary>
internal static class LimitServices
{
    public static IServiceCollection AddRateLimits(this IServiceCollection services) => services
        .AddSingleton<IShareSource>(_ => new EqualShares(() => 1))
        .AddSingleton(_ => new BucketTable())
        .AddSingleton<RateLimiter>();
}
