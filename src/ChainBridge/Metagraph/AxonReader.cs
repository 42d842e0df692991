using System.Net;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Metagraph;

/// <summary>Reads the chain's AxonInfo.</summary>
internal static class AxonReader
{
    private const int Bits = 8;
    private const int IPv4Length = 4;
    private const int IPv6Length = 16;

    /// <summary>The axon, or null where the neuron serves none: nothing stored, the zero address, port 0, or an
    /// address that is none of its kind.</summary>
    public static Axon? Read(ScaleValue? info)
    {
        if (info is null)
        {
            return null;
        }

        var (number, port) = (info["ip"].ToUInt128(), info["port"].ToUInt16());
        var address = AddressOf(info["ip_type"].ToUInt8(), number);
        return port == 0 || number == 0 || address is null
            ? null
            : new Axon(
                address,
                port,
                info["protocol"].ToUInt8(),
                info["version"].ToUInt32(),
                ToInt64(info["block"]));
    }

    /// <summary>A u64 that fits what the chain can count to.</summary>
    /// <exception cref="ScaleException">It is above 2^63 - 1.</exception>
    public static long ToInt64(ScaleValue value) => value.ToRao().Value;

    private static IPAddress? AddressOf(byte kind, UInt128 number) => kind switch
    {
        4 when number <= uint.MaxValue => new IPAddress(BytesOf(number, IPv4Length)),
        6 => new IPAddress(BytesOf(number, IPv6Length)),
        _ => null,
    };

    private static byte[] BytesOf(UInt128 number, int length)
    {
        var bytes = new byte[length];
        for (var i = length - 1; i >= 0; i--)
        {
            bytes[i] = (byte)(number & byte.MaxValue);
            number >>= Bits;
        }

        return bytes;
    }
}
