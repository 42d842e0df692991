using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Router.Forwarding;

/// <summary>Opens connections to upstreams and asks the guard twice: of a number before anything is sent to it, and of
/// the address that was really reached.</summary>
internal sealed class GuardedDial(IDialGuard guard)
{
    /// <exception cref="HttpRequestException">The guard refuses.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The stream owns its socket.")]
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var target = context.DnsEndPoint;
        if (IPAddress.TryParse(target.Host, out var number))
        {
            Require(target, new IPEndPoint(number, target.Port));
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, ct);
            Require(target, (IPEndPoint)socket.RemoteEndPoint!);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Require(DnsEndPoint target, IPEndPoint remote)
    {
        // A socket for both families names an IPv4 address by an IPv6 one.
        var plain = remote.Address.IsIPv4MappedToIPv6
            ? new IPEndPoint(remote.Address.MapToIPv4(), remote.Port)
            : remote;
        if (guard.Refusal(target, plain) is { } reason)
        {
            throw new HttpRequestException($"The address is not dialled: {reason}.");
        }
    }
}
