using System.Net;
using System.Net.Sockets;

namespace Gateway.Testing;

/// <summary>A loopback port that was free a moment ago.</summary>
public static class FreePort
{
    /// <summary>Asks the kernel for one.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
