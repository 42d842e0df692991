using Gateway.Api.Access;
using Gateway.Api.Hosting;
using Gateway.Core;

namespace Gateway.Api.Wiring;

/// <summary>The demo organisation: made at the first start, its keys kept in devnet.json as long as that file
/// lives.</summary>
internal sealed class DevNetAccount(AccessStore access, KeyDirectory keys, DevNetFile file, DemoLogin login)
{
    /// <summary>Whose login it is.</summary>
    public const string OwnerEmail = "demo@devnet.invalid";

    /// <summary>Who looks at the operator's console.</summary>
    public const string OperatorEmail = "operator@devnet.invalid";

    private const string Name = "DevNet demo";

    public OrgId Org { get; private set; }

    public string ApiKey { get; private set; } = "";

    public string AdminKey { get; private set; } = "";

    /// <summary>The password of the portal's demo login, new at each start.</summary>
    public string Password { get; private set; } = "";

    /// <summary>The password of the operator's, likewise.</summary>
    public string OperatorPassword { get; private set; } = "";

    public async Task PrepareAsync()
    {
        Org = await access.FindOwnedAsync(OwnerEmail) ?? await access.CreateOrganizationAsync(Name, OwnerEmail);
        var old = file.ReadKeys();
        file.Remove();
        Password = await login.RenewAsync(OwnerEmail);
        OperatorPassword = await login.RenewOperatorAsync(OperatorEmail);
        ApiKey = await KeepOrCreateAsync(old.ApiKey, KeyKind.Api);
        AdminKey = await KeepOrCreateAsync(old.AdminKey, KeyKind.Admin);
    }

    private async Task<string> KeepOrCreateAsync(string? old, KeyKind kind) =>
        old is not null && await keys.FindAsync(old) is { } caller && caller.Org == Org && caller.Kind == kind
            ? old
            : await access.CreateKeyAsync(Org, kind, Name);
}
