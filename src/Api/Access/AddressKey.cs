using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Api.Access;

/// <summary>What counts as one address: an IPv4 address, or a /64 of IPv6, which is what one site has.</summary>
internal static class AddressKey
{
    private const int SitePrefixBits = 64;

    public static UInt128 Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        var mapped = address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6() : address;
        mapped.TryWriteBytes(bytes, out _);
        var whole = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return mapped.IsIPv4MappedToIPv6 ? whole : whole >> SitePrefixBits << SitePrefixBits;
    }

    /// <summary>Whether many callers stand behind an address.</summary>
    public static bool IsShared(IReadOnlyList<IPNetwork> shared, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return shared.Any(network => network.Contains(plain));
    }
}
