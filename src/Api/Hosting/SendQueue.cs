using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gateway.Api.Hosting;

/// <summary>Keeps short what Kestrel and the kernel queue of a connection: what stands there counts as delivered and is
/// billed although its reader may never take it.</summary>
internal static class SendQueue
{
    /// <summary>Bytes that each of the two takes of a connection, beyond those on their way to a reader with room for
    /// them.</summary>
    public const int Limit = 16 * 1024;

    // linux/tcp.h. Bytes in flight are within the window that the reader has opened, so this one does not slow a reader
    // far away, as a small send buffer would; connections inherit it from their listening socket.
    private const int ProtocolTcp = 6;
    private const int TcpNotSentLowat = 25;

    /// <summary>Shortens what stands between a write that was taken and the reader.</summary>
    public static void Shorten(SocketTransportOptions options)
    {
        options.MaxWriteBufferSize = Limit;
        options.CreateBoundListenSocket = Bind;
    }

    private static Socket Bind(EndPoint address)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(address);
        if (address is not IPEndPoint)
        {
            return socket;
        }

        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(ProtocolTcp, TcpNotSentLowat, BitConverter.GetBytes(Limit));
        }
        else
        {
            socket.SendBufferSize = Limit;
        }

        return socket;
    }
}
