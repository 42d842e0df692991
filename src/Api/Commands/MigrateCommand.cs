using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Content;
using Gateway.Billing;
using Gateway.Router;

namespace Gateway.Api.Commands;

/// <summary><c>migrate</c>: brings every module's schema up to date; running it again changes nothing.</summary>
internal static class MigrateCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        Options.RequireSettings(args);
        await using var host = CommandHost.Create(args);
        CommandOutput.Write(new JsonObject
        {
            ["store"] = host.Settings.UsesPostgres ? "postgresql" : "sqlite",
            ["access"] = await host.Get<AccessSchema>().MigrateAsync(CancellationToken.None),
            ["content"] = await host.Get<ContentSchema>().MigrateAsync(CancellationToken.None),
            ["billing"] = await BillingSchema.MigrateAsync(host.Services, CancellationToken.None),
            ["router"] = await RouterSchema.MigrateAsync(host.Services, CancellationToken.None),
        });
        return 0;
    }
}
