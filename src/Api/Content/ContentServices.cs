using Gateway.Api.Batches;
using Gateway.Api.Files;
using Gateway.Api.Hosting;
using Gateway.Api.Responses;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Content;

/// <summary>Registers the store of what callers keep here: a file of its own on SQLite, a schema on
/// PostgreSQL.</summary>
internal static class ContentServices
{
    private const string FileName = "content.db";

    public static IServiceCollection AddContent(this IServiceCollection services, GatewaySettings settings) => services
        .AddDbContextFactory<ContentDb>((provider, options) =>
        {
            if (settings.UsesPostgres)
            {
                options.UseNpgsql(settings.StorageConnectionString);
            }
            else
            {
                options.UseSqlite($"Data Source={provider.GetRequiredService<DataDirectory>().PathOf(FileName)}");
            }
        })
        .AddSingleton(provider => ContentSeal.In(provider.GetRequiredService<DataDirectory>()))
        .AddSingleton<ContentSchema>()
        .AddSingleton<FileStore>()
        .AddSingleton<BatchStore>()
        .AddSingleton<ResponseRoom>()
        .AddSingleton<ResponseStore>();
}
