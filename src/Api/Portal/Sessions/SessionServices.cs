using Gateway.Api.Access;
using Gateway.Api.Hosting;
using Gateway.Api.Portal.Approvals;
using Gateway.Api.Portal.SignIn;
using Gateway.Api.Tokens;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Gateway.Api.Portal.Sessions;

/// <summary>Registers sessions and sign-in, and puts the guard before the portal's endpoints.</summary>
internal static class SessionServices
{
    /// <summary>Of PBKDF2 with HMAC-SHA-512, as Identity has it.</summary>
    public const int PasswordRounds = 600_000;

    public static IServiceCollection AddPortalSessions(this IServiceCollection services)
    {
        services.AddIdentityCore<Person>(options =>
        {
            options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
            options.User.RequireUniqueEmail = true;
            options.User.AllowedUserNameCharacters = "";

            // The rules are ours: PasswordRules.
            options.Password.RequireDigit = options.Password.RequireLowercase = false;
            options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
            options.Password.RequiredLength = PasswordRules.Least;
        }).AddEntityFrameworkStores<PersonDb>().AddPasswordValidator<PasswordRules>();
        return services
            .AddScoped<IPasskeyHandler<Person>, PasskeyHandler<Person>>()
            .AddSingleton<IConfigureOptions<IdentityPasskeyOptions>, PasskeySetup>()
            .AddScoped<Passkeys>()
            .AddScoped<PersonDesk>()
            .AddSingleton<PortalOrigin>()
            .AddSingleton<Attempts>()
            .AddSingleton<SignInBrake>()
            .AddSingleton<SignInMeans>()
            .AddSingleton<SignInFailures>()
            .AddHostedService(provider => provider.GetRequiredService<SignInFailures>())
            .AddSingleton<SecondFactor>()
            .AddSingleton<LinkPages>()
            .AddSingleton<PasskeyPages>()
            .AddSingleton<PasswordPages>()
            .AddSingleton<WalletPages>()
            .AddSingleton(CreateOidc)
            .AddSingleton<ApprovalPages>()
            .Configure<PasswordHasherOptions>(options => options.IterationCount = PasswordRounds)
            .AddSingleton<PortalCookie>()
            .AddSingleton<PortalSessions>()
            .AddSingleton<IVisitors>(provider => provider.GetRequiredService<PortalSessions>())
            .AddSingleton<FormToken>()
            .AddSingleton<NobodysPassword>()
            .AddScoped<PasswordCheck>()
            .AddSingleton<SignInEndpoints>()
            .AddSingleton<AccountPages>();
    }

    private static OidcPages CreateOidc(IServiceProvider provider)
    {
        var clients = provider.GetRequiredService<IHttpClientFactory>();
        var (check, time) = (provider.GetRequiredService<TokenCheck>(), provider.GetRequiredService<TimeProvider>());
        return new(
            [
                .. provider.GetRequiredService<GatewaySettings>().OidcIssuers.Select(issuer => new OidcClient(
                    issuer, new IssuerKeys(issuer.ToTokenIssuer(), clients, time), check, clients)),
            ],
            provider.GetRequiredService<PortalSessions>(), provider.GetRequiredService<Attempts>(),
            provider.GetRequiredService<PortalOrigin>(), time);
    }

    public static void UsePortalSessions(this WebApplication app) => app.UseWhen(
        context => context.GetEndpoint()?.Metadata.GetMetadata<PortalMark>() is not null,
        portal => portal.UseMiddleware<PortalGuard>());
}
