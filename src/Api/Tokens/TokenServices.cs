using Gateway.Api.Access;
using Gateway.Api.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Tokens;

/// <summary>Registers tokens of configured issuers.</summary>
internal static class TokenServices
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddTokens(this IServiceCollection services, GatewaySettings settings)
    {
        services.AddHttpClient(IssuerKeys.Client, client =>
        {
            client.Timeout = Patience;
            client.MaxResponseContentBufferSize = IssuerKeys.MaxSet;
        })
        .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        });
        return services.AddSingleton<TokenCheck>().AddSingleton(provider => Create(provider, settings));
    }

    private static TokenDirectory Create(IServiceProvider provider, GatewaySettings settings)
    {
        var clients = provider.GetRequiredService<IHttpClientFactory>();
        var time = provider.GetRequiredService<TimeProvider>();
        return new(
            [.. settings.TokenIssuers.Select(issuer => new IssuerKeys(issuer, clients, time))],
            provider.GetRequiredService<IDbContextFactory<AccessDb>>(),
            provider.GetRequiredService<TokenCheck>(),
            provider.GetRequiredService<KeyDirectory>(),
            time);
    }
}
