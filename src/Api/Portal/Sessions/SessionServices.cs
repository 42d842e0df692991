using Gateway.Api.Access;
using Gateway.Api.Portal.SignIn;
using Microsoft.AspNetCore.Identity;

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
        }).AddEntityFrameworkStores<PersonDb>();
        return services
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

    public static void UsePortalSessions(this WebApplication app) => app.UseWhen(
        context => context.GetEndpoint()?.Metadata.GetMetadata<PortalMark>() is not null,
        portal => portal.UseMiddleware<PortalGuard>());
}
