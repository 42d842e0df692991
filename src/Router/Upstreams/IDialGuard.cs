using System.Net;

namespace Gateway.Router;

/// <summary>Who may be connected to. Asked for every new connection to an upstream, before it is opened where the
/// upstream's address is a number, and again with the address that was reached. Implemented by the host.</summary>
public interface IDialGuard
{
    /// <summary>Why a connection must not be; null when it may.</summary>
    /// <param name="target">Host and port of the upstream's address.</param>
    /// <param name="remote">The number behind it; an IPv4 address is never written as an IPv6 one.</param>
    public string? Refusal(DnsEndPoint target, IPEndPoint remote);
}
