using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Gateway.Testing;

/// <summary>A loopback port that was free a moment ago, outside the range the kernel lends to connections.</summary>
public static class FreePort
{
    // Linux lends 32768 to 60999 by default (ip_local_port_range): a port from there may be another test's
    // connection by the time a server binds it.
    private const int First = 10_000;
    private const int End = 32_768;

    /// <summary>Tries ports at random until one can be bound.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            if (IsFree(port))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
