using System.Buffers.Binary;
using Gateway.Core;

namespace Gateway.Router.Planning;

/// <summary>Orders equal experts by a hash keyed with the request's id: the same on a replay and on every replica, and
/// different from one request to the next. It guards nothing, so it need not resist an attacker.</summary>
internal static class TieBreak
{
    // FNV-1a, 64 bits (draft-eastlake-fnv).
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    internal static ulong Hash(string name, string model)
    {
        var hash = Add(Offset, name);
        return Add(Mix(hash), model);
    }

    internal static ulong Key(RequestId request)
    {
        Span<byte> bytes = stackalloc byte[16];
        request.Value.TryWriteBytes(bytes);
        var high = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var low = BinaryPrimitives.ReadUInt64LittleEndian(bytes[sizeof(ulong)..]);
        return Mix(high) ^ low;
    }

    internal static ulong Order(ulong key, ulong nameHash) => Mix(key ^ nameHash);

    private static ulong Add(ulong hash, string text)
    {
        foreach (var letter in text)
        {
            hash = unchecked((hash ^ letter) * Prime);
        }

        return hash;
    }

    // The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
            value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
            return value ^ (value >> 31);
        }
    }
}
