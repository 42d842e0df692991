using System.Buffers.Binary;
using Gateway.Core;
using Gateway.Router.Tasks;

namespace Gateway.Router.Planning;

/// <summary>What a request's chance follows from: the same on a replay and on every replica, and different from one
/// request to the next. It guards nothing, so it need not resist an attacker.</summary>
internal static class PlanSeed
{
    internal static ulong Of(RequestId request)
    {
        Span<byte> bytes = stackalloc byte[16];
        request.Value.TryWriteBytes(bytes);
        var high = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var low = BinaryPrimitives.ReadUInt64LittleEndian(bytes[sizeof(ulong)..]);
        return KeyedRandom.Mix(high) ^ low;
    }
}
