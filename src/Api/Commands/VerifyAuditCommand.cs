using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Audit;

namespace Gateway.Api.Commands;

/// <summary><c>verify-audit</c>: reads every audit log from its first row; exit code 1 when one is not what was
/// written.</summary>
internal static class VerifyAuditCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        Options.RequireSettings(args);
        await using var host = CommandHost.Create(args);
        await host.Get<AccessSchema>().MigrateAsync(CancellationToken.None);
        var (rows, problems) = await host.Get<AuditVerifier>().VerifyAsync(CancellationToken.None);
        CommandOutput.Write(new JsonObject
        {
            ["rows"] = rows,
            ["holds"] = problems.Count == 0,
            ["problems"] = new JsonArray([.. problems.Select(problem => JsonValue.Create(problem))]),
        });
        return problems.Count == 0 ? 0 : 1;
    }
}
