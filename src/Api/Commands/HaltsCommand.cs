using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Api.Hosting;
using Gateway.Billing;

namespace Gateway.Api.Commands;

/// <summary><c>halts list</c>, and <c>halts lift ID --author NAME --reason TEXT</c>; exit code 1 when nothing stands
/// still under that name.</summary>
internal static class HaltsCommand
{
    public static Task<int> RunAsync(string[] args) => args switch
    {
        ["list", .. var settings] => ListAsync(settings),
        ["lift", var id, .. var rest] when !id.StartsWith('-') => LiftAsync(id, rest),
        _ => throw Usage(),
    };

    private static StartRefusedException Usage() =>
        new("halts list, or halts lift ID --author NAME --reason TEXT.");

    private static async Task<int> ListAsync(string[] settings)
    {
        Options.RequireSettings(settings);
        await using var host = await OpenAsync(settings);
        var halts = await host.Get<HaltDesk>().ListAsync(CancellationToken.None);
        CommandOutput.Write(new JsonObject { ["halts"] = new JsonArray([.. halts.Select(ToJson)]) });
        return 0;
    }

    private static async Task<int> LiftAsync(string id, string[] args)
    {
        var options = Options.Take(args, ["--author", "--reason"], out var settings);
        if (options.GetValueOrDefault("--author") is not { Length: > 0 } author
            || options.GetValueOrDefault("--reason") is not { Length: > 0 } reason)
        {
            throw new StartRefusedException("halts lift needs --author NAME and --reason TEXT: what was the cause?");
        }

        await using var host = await OpenAsync(settings);
        var lifted = await LiftAsync(host.Get<HaltDesk>(), id, author, reason);
        CommandOutput.Write(new JsonObject
        {
            ["lifted"] = lifted is null ? null : ToJson(lifted),
            ["author"] = author,
            ["reason"] = reason,
        });
        return lifted is null ? 1 : 0;
    }

    private static async Task<OpenHalt?> LiftAsync(HaltDesk desk, string id, string author, string reason)
    {
        try
        {
            return await desk.LiftAsync(id, author, reason, CancellationToken.None);
        }
        catch (ArgumentException wrong)
        {
            throw new StartRefusedException(wrong.Message);
        }
    }

    private static async Task<CommandHost> OpenAsync(string[] settings)
    {
        var host = CommandHost.Create(settings);
        await BillingSchema.MigrateAsync(host.Services, CancellationToken.None);
        return host;
    }

    private static JsonObject ToJson(OpenHalt halt) => new()
    {
        ["id"] = halt.Id,
        ["stops"] = halt.Stops switch
        {
            HaltKind.Deposits => "deposits",
            HaltKind.Payouts => "payouts",
            HaltKind.Wallet => "wallet",
        },
        ["of"] = halt.Of,
        ["since"] = halt.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ["reason"] = halt.Reason,
    };
}
