using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Hosting;

namespace Gateway.Api.Commands;

/// <summary><c>create-operator --email E --role approver|support|prices</c>: a link by which somebody on the operator's
/// side sets up his sign-in.</summary>
internal static class CreateOperatorCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = Options.Take(args, ["--email", "--role"], out var rest);
        var email = options.GetValueOrDefault("--email")
            ?? throw new StartRefusedException("create-operator needs --email ADDRESS.");
        CreateOwnerCommand.CheckEmail(email);
        var role = options.GetValueOrDefault("--role");
        if (!OperatorRoleRow.Roles.Contains(role))
        {
            throw new StartRefusedException($"--role must be one of {string.Join(", ", OperatorRoleRow.Roles)}.");
        }

        await using var host = CommandHost.Create(rest);
        await host.Get<AccessSchema>().MigrateAsync(CancellationToken.None);
        CommandOutput.Write(new JsonObject
        {
            ["email"] = email,
            ["role"] = role,
            ["portalLink"] = await PortalLink.CreateAsync(host, email, null, role!),
        });
        return 0;
    }
}
