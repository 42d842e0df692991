using System.Net;
using System.Net.NetworkInformation;
using Gateway.Api.Hosting;
using Gateway.ChainBridge;

namespace Gateway.Api.Wiring;

/// <summary>The one filter of miners' addresses: nothing special, and nothing of our own, which is what this machine's
/// interfaces have and what the operator names beside.</summary>
internal static class AxonFilters
{
    private const int HttpsPort = 443;

    /// <param name="settings">Loopback on DevNet, and our own addresses.</param>
    /// <param name="ports">Ports that are dialled although they would be refused.</param>
    public static AxonFilter Of(GatewaySettings settings, IEnumerable<int> ports) => new(new AxonFilterOptions
    {
        AllowsLoopback = settings.IsDevNet && settings.Chain.AllowLoopbackAxons,
        AllowedPorts = ports.ToHashSet(),
        Own = [.. settings.Chain.OwnAddresses, .. OfInterfaces()],
    });

    /// <summary>The same for addresses that customers name: https on its usual port too, and loopback only where that
    /// is said.</summary>
    public static AxonFilter OfStrangers(GatewaySettings settings, bool allowsLoopback) => new(new AxonFilterOptions
    {
        AllowsLoopback = allowsLoopback,
        AllowedPorts = new HashSet<int> { HttpsPort },
        Own = [.. settings.Chain.OwnAddresses, .. OfInterfaces()],
    });

    private static IEnumerable<IPNetwork> OfInterfaces() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(one => one.GetIPProperties().UnicastAddresses)
        .Select(one => one.Address.GetAddressBytes())
        .Select(bytes => new IPNetwork(new IPAddress(bytes), bytes.Length * 8));
}
