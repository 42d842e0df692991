using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Gateway.ChainBridge;

namespace Gateway.Api.Egress;

/// <summary>Opens connections to names that strangers gave: every address of a name must pass the filter, since it is
/// the stranger who decides which one is found, and so must the address that was really reached.</summary>
internal sealed class EgressDial(EgressRules rules, AxonFilter filter)
{
    [SuppressMessage("Reliability", "CA2000", Justification = "The stream owns its socket.")]
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var (target, scheme) = (context.DnsEndPoint, context.InitialRequestMessage.RequestUri!.Scheme);
        var addresses = await FindAsync(target.Host, ct);
        foreach (var address in addresses)
        {
            Require(new(address, target.Port), scheme);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, ct);
            Require((IPEndPoint)socket.RemoteEndPoint!, scheme);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> FindAsync(string host, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(host, out var number) ? [number] : await rules.ResolveAsync(host, ct);
        return addresses.Length > 0
            ? addresses
            : throw new EgressException(EgressProblem.Unreachable, "The name has no address.");
    }

    private void Require(IPEndPoint remote, string scheme)
    {
        // A socket for both families names an IPv4 address by an IPv6 one.
        var address = remote.Address.IsIPv4MappedToIPv6 ? remote.Address.MapToIPv4() : remote.Address;
        var isPlain = scheme != Uri.UriSchemeHttps && !IPAddress.IsLoopback(address);
        if (isPlain || filter.Problem(new(address, remote.Port)) is not null)
        {
            throw new EgressException(EgressProblem.Refused, "The address is not one that is called from here.");
        }
    }
}
