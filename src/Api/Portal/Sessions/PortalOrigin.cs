using Gateway.Api.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Gateway.Api.Portal.Sessions;

/// <summary>Where people reach the portal. Never what a request's Host header says.</summary>
internal sealed class PortalOrigin(GatewaySettings settings, IServer server)
{
    private const int DefaultPort = 8080;

    /// <summary>As a browser writes it: scheme, host, and the port where it is not the scheme's.</summary>
    public string Text => settings.PortalOrigin.Length > 0
        ? settings.PortalOrigin
        : $"http://localhost:{OwnPort() ?? DefaultPort}";

    /// <summary>The name that passkeys and signed texts are bound to.</summary>
    public string Domain => new Uri(Text).Host;

    // The server binds port 0 to a free one; only it knows which.
    private int? OwnPort() =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address
            ? BindingAddress.Parse(address).Port
            : null;
}
