using System.Net.Mail;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Hosting;

namespace Gateway.Api.Commands;

/// <summary><c>create-owner --email E [--organization NAME]</c>: a new organisation, its owner, its two keys and the
/// link by which he sets up his sign-in, which are shown this once.</summary>
internal static class CreateOwnerCommand
{
    private const int MaxEmail = 254;
    private const int MaxName = 100;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = Options.Take(args, ["--email", "--organization"], out var rest);
        var email = options.GetValueOrDefault("--email")
            ?? throw new StartRefusedException("create-owner needs --email ADDRESS.");
        var name = options.GetValueOrDefault("--organization") ?? email;
        Check(email, name);

        await using var host = CommandHost.Create(rest);
        await host.Get<AccessSchema>().MigrateAsync(CancellationToken.None);
        var access = host.Get<AccessStore>();
        if (await access.FindOwnedAsync(email, name) is { } known)
        {
            throw new StartRefusedException($"{email} already owns {known}, '{name}'. Its keys are made with its admin "
                + "key; for a second organisation give another --organization NAME.");
        }

        var org = await access.CreateOrganizationAsync(name, email);
        CommandOutput.Write(new JsonObject
        {
            ["organization"] = org.ToString(),
            ["name"] = name,
            ["email"] = email,
            ["adminKey"] = await access.CreateKeyAsync(org, KeyKind.Admin, "first admin key"),
            ["apiKey"] = await access.CreateKeyAsync(org, KeyKind.Api, "first key"),
            ["portalLink"] = await PortalLink.CreateAsync(host, email, org, RoleNames.Of(Role.Owner)),
        });
        return 0;
    }

    /// <exception cref="StartRefusedException">It is no e-mail address.</exception>
    public static void CheckEmail(string email)
    {
        if (email.Length > MaxEmail || !MailAddress.TryCreate(email, out var address) || address.Address != email)
        {
            throw new StartRefusedException($"--email must be one e-mail address of at most {MaxEmail} characters.");
        }
    }

    private static void Check(string email, string name)
    {
        CheckEmail(email);

        if (name.Length is 0 or > MaxName || name.Any(char.IsControl))
        {
            throw new StartRefusedException(
                $"--organization must be 1 to {MaxName} characters without control characters.");
        }
    }
}
