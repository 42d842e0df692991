using System.Net;
using System.Net.Sockets;

namespace Gateway.Testing.Miners;

/// <summary>An upstream that reads a little of one call and resets its connection.</summary>
public sealed class ResettingMiner : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _resetting;

    /// <summary>Starts it.</summary>
    public ResettingMiner()
    {
        _listener.Start();
        Address = new($"http://{_listener.LocalEndpoint}/v1/");
        _resetting = ResetAsync();
    }

    /// <summary>The base address, ending in <c>/v1/</c>.</summary>
    public Uri Address { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        try
        {
            await _resetting;
        }
        catch (SocketException)
        {
            // Nobody called.
        }
    }

    private async Task ResetAsync()
    {
        using var socket = await _listener.AcceptSocketAsync();
        await socket.ReceiveAsync(new byte[100]);
        // Without lingering a close is a reset.
        socket.LingerState = new(enable: true, seconds: 0);
    }
}
