using System.Collections.Frozen;
using System.Net;

namespace Gateway.Api.Hosting;

/// <summary>Which Host a request may name. A page of a foreign name that resolves to this machine, DNS rebinding, is
/// to the browser of one origin with this server under that name; an address as Host was typed, not resolved.</summary>
internal sealed class HostFilter(GatewaySettings settings)
{
    private const string Local = "localhost";
    private const string BelowLocal = ".localhost";

    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _names = settings.AllowedHosts
        .Concat([Local, "127.0.0.1"]).ToFrozenSet(StringComparer.OrdinalIgnoreCase)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly bool _allowsAny = settings.AllowedHosts.Contains("*");

    /// <summary>Whether a Host header may stand; HTTP/1.0 sends none.</summary>
    /// <param name="host">A name or address, with or without a port.</param>
    public bool Allows(string? host)
    {
        if (string.IsNullOrEmpty(host) || _allowsAny)
        {
            return true;
        }

        var name = NameOf(host);
        return _names.Contains(name)
            || name.EndsWith(BelowLocal, StringComparison.OrdinalIgnoreCase)
            || IPAddress.IsValid(name);
    }

    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> host)
    {
        if (host[0] == '[' && host.IndexOf(']') is var end and > 0)
        {
            return host[1..end];
        }

        var port = host.LastIndexOf(':');
        return port < 0 ? host : host[..port];
    }
}
