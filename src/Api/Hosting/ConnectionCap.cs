using System.Collections.Concurrent;
using System.Net;
using Gateway.Api.Access;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Api.Hosting;

/// <summary>Closes at once what an address opens beyond its connections, so that no address takes them all. A shared
/// address has no such limit. Costs nothing once a connection stands.</summary>
internal sealed class ConnectionCap(GatewaySettings settings)
{
    private readonly ConcurrentDictionary<UInt128, int> _open = new();

    /// <summary>Addresses with a connection.</summary>
    public int Count => _open.Count;

    /// <summary>A step of Kestrel's connections.</summary>
    public ConnectionDelegate Guard(ConnectionDelegate next) => connection =>
        connection.RemoteEndPoint is IPEndPoint { Address: var address }
        && !AddressKey.IsShared(settings.SharedAddresses, address)
            ? HoldAsync(AddressKey.Of(address), connection, next)
            : next(connection);

    private async Task HoldAsync(UInt128 address, ConnectionContext connection, ConnectionDelegate next)
    {
        var open = _open.AddOrUpdate(address, 1, static (_, count) => count + 1);
        try
        {
            if (open <= settings.ConnectionsPerAddress)
            {
                await next(connection);
            }
        }
        finally
        {
            Leave(address);
        }
    }

    // The last one takes its address along: a count of zero is no entry.
    private void Leave(UInt128 address)
    {
        while (_open.TryGetValue(address, out var count))
        {
            if (count > 1 ? _open.TryUpdate(address, count - 1, count) : _open.TryRemove(new(address, count)))
            {
                return;
            }
        }
    }
}
