using System.Net;

namespace Gateway.ChainBridge.Metagraph;

/// <summary>Addresses that begin alike, compared by their bytes and nothing else: IPv4 is never a form of IPv6 here, as
/// .NET's own <see cref="IPNetwork"/> has it.</summary>
internal readonly struct AddressRange
{
    private const int BitsOfByte = 8;

    private readonly byte[] _base;
    private readonly int _length;

    public AddressRange(IPNetwork network) =>
        (_base, _length) = (network.BaseAddress.GetAddressBytes(), network.PrefixLength);

    public static AddressRange Parse(string network) => new(IPNetwork.Parse(network));

    public bool Contains(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        if (bytes.Length != _base.Length)
        {
            return false;
        }

        for (var bit = 0; bit < _length; bit++)
        {
            var mask = 1 << (BitsOfByte - 1 - (bit % BitsOfByte));
            if (((bytes[bit / BitsOfByte] ^ _base[bit / BitsOfByte]) & mask) != 0)
            {
                return false;
            }
        }

        return true;
    }
}
