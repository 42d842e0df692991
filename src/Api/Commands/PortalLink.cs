using Gateway.Api.Access;
using Gateway.Core;

namespace Gateway.Api.Commands;

/// <summary>The links that commands print.</summary>
internal static class PortalLink
{
    private const string ThisMachine = "http://localhost:8080";

    /// <summary>A link that works once, within half an hour.</summary>
    public static async Task<string> CreateAsync(CommandHost host, string email, OrgId? org, string role)
    {
        var origin = host.Settings.PortalOrigin is { Length: > 0 } text ? text : ThisMachine;
        return $"{origin}/setup/{await host.Get<SetupLinks>().CreateAsync(email, org, role)}";
    }
}
