using System.Net;
using Gateway.Api.Hosting;
using Gateway.Billing;

namespace Gateway.Api.Rates;

/// <summary>Puts the configured sources of TAO's price into a host.</summary>
internal static class RateServices
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddRateSources(this IServiceCollection services, GatewaySettings settings)
    {
        services.AddHttpClient(HttpRateSource.Client, client =>
            {
                client.Timeout = Timeout;
                client.MaxResponseContentBufferSize = HttpRateSource.MaxAnswer;

                // Some exchanges refuse callers without a name.
                client.DefaultRequestHeaders.UserAgent.ParseAdd("tao-gateway/1");
                client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
            })
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                // The operator names the sources; an answer does not.
                AllowAutoRedirect = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.All,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            });
        foreach (var feed in settings.RateFeeds)
        {
            services.AddSingleton<IRateSource>(provider => new HttpRateSource(
                feed,
                provider.GetRequiredService<IHttpClientFactory>(),
                provider.GetRequiredService<TimeProvider>()));
        }

        return services;
    }
}
