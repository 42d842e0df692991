using System.Net;
using System.Net.Sockets;
using Gateway.ChainBridge.Metagraph;

namespace Gateway.ChainBridge;

/// <summary>Judges addresses that strangers put on the chain, by their numbers alone: nothing inside, nothing special,
/// nothing embedded in something else. The chain itself refuses next to nothing. Immutable.</summary>
/// <remarks>Ranges: IANA's special-purpose registries, https://www.iana.org/assignments/iana-ipv4-special-registry and
/// iana-ipv6-special-registry.</remarks>
public sealed class AxonFilter(AxonFilterOptions options)
{
    private const int LeastPort = 1024;
    private const int IPv4Length = 4;

    private static readonly AddressRange[] RefusedIPv4 = Parse(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4");

    private static readonly AddressRange[] RefusedIPv6 = Parse(
        "2001::/32", "2001:10::/28", "2001:20::/28", "2001:db8::/32", "3fff::/20");

    // Forms of IPv6 that stand for an IPv4 address, and the byte it begins at.
    private static readonly (AddressRange Network, int Start)[] Embedding =
    [
        (AddressRange.Parse("::ffff:0:0/96"), 12), (AddressRange.Parse("::/96"), 12),
        (AddressRange.Parse("64:ff9b::/96"), 12), (AddressRange.Parse("2002::/16"), 2),
    ];

    private static readonly AddressRange GlobalIPv6 = AddressRange.Parse("2000::/3");

    // Where databases, orchestrators, caches and nodes listen.
    private static readonly HashSet<int> RefusedPorts =
    [
        2049, 2375, 2376, 3306, 5432, 6379, 6443, 8500, 9200, 9933, 9944, 10250, 11211, 27017,
    ];

    private readonly AddressRange[] _own = [.. options.Own.Select(network => new AddressRange(network))];

    /// <summary>Why an address must not be dialled; null when it may.</summary>
    public string? Problem(IPEndPoint address) => ProblemOf(address.Address) ?? ProblemOf(address.Port);

    private string? ProblemOf(int port) =>
        options.AllowedPorts.Contains(port) || (port >= LeastPort && !RefusedPorts.Contains(port))
            ? null
            : $"port {port} is refused";

    private string? ProblemOf(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            if (options.AllowsLoopback && address.Equals(IPAddress.IPv6Loopback))
            {
                return null;
            }

            return Unwrap(address) is { } inner ? ProblemOfIPv4(inner) : ProblemOfIPv6(address);
        }

        return options.AllowsLoopback && address.Equals(IPAddress.Loopback) ? null : ProblemOfIPv4(address);
    }

    private string? ProblemOfIPv4(IPAddress address) =>
        IsIn(RefusedIPv4, address) ? $"{address} is a special address" : ProblemOfOwn(address);

    private string? ProblemOfIPv6(IPAddress address) =>
        !GlobalIPv6.Contains(address) || IsIn(RefusedIPv6, address)
            ? $"{address} is a special address"
            : ProblemOfOwn(address);

    private string? ProblemOfOwn(IPAddress address) =>
        IsIn(_own, address) ? $"{address} is an address of our own" : null;

    private static IPAddress? Unwrap(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        foreach (var (network, start) in Embedding)
        {
            if (network.Contains(address) && !address.Equals(IPAddress.IPv6Loopback))
            {
                return new IPAddress(bytes.AsSpan(start, IPv4Length));
            }
        }

        return null;
    }

    private static bool IsIn(IEnumerable<AddressRange> networks, IPAddress address) =>
        networks.Any(network => network.Contains(address));

    private static AddressRange[] Parse(params string[] networks) => [.. networks.Select(AddressRange.Parse)];
}
