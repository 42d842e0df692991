using Gateway.Api.Audit;
using Gateway.Api.Hosting;
using Gateway.Api.Operators;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Registers keys, organisations and their store: a file of its own on SQLite, a schema on
/// PostgreSQL.</summary>
internal static class AccessServices
{
    private const string FileName = "access.db";

    public static IServiceCollection AddAccess(this IServiceCollection services, GatewaySettings settings) => services
        .AddDbContextFactory<AccessDb>((provider, options) => UseStore(provider, options, settings))
        .AddDbContextFactory<PersonDb>((provider, options) => UseStore(provider, options, settings))
        .AddSingleton(provider => Pepper.In(provider.GetRequiredService<DataDirectory>()))
        .AddSingleton<AuditChain>()
        .AddSingleton<AuditFile>()
        .AddSingleton<AuditTrail>()
        .AddSingleton<AuditReader>()
        .AddSingleton<AuditVerifier>()
        .AddSingleton<AccessStore>()
        .AddSingleton<ProjectStore>()
        .AddSingleton<KeyStore>()
        .AddSingleton<LimitStore>()
        .AddSingleton<PeopleStore>()
        .AddSingleton<InviteStore>()
        .AddSingleton<SetupLinks>()
        .AddSingleton<RecoveryCodes>()
        .AddSingleton<SecretSeal>()
        .AddSingleton<ServiceAccountStore>()
        .AddSingleton<AdminKeyStore>()
        .AddSingleton<SpendAlertStore>()
        .AddSingleton<ModelPermissionStore>()
        .AddSingleton<EndUsers>()
        .AddSingleton<AccessSchema>()
        .AddSingleton<FailureBrake>()
        .AddSingleton<OperatorMarks>()
        .AddSingleton<KeyDirectory>();

    private static void UseStore(
        IServiceProvider provider, DbContextOptionsBuilder options, GatewaySettings settings)
    {
        if (settings.UsesPostgres)
        {
            options.UseNpgsql(settings.StorageConnectionString);
        }
        else
        {
            options.UseSqlite($"Data Source={provider.GetRequiredService<DataDirectory>().PathOf(FileName)}");
        }
    }
}
