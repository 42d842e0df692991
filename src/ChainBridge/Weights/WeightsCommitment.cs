using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Weights;

/// <summary>Weights to be committed now and revealed later. The same salt must be shown then, so it is kept.</summary>
/// <param name="Who">The validator's hotkey, 32 bytes.</param>
/// <param name="Index">The subnet; with mechanisms, netuid + 4096 * mechanism.</param>
/// <param name="Uids">Miners.</param>
/// <param name="Values">Their weights, as many.</param>
/// <param name="Salt">Random numbers that hide the weights.</param>
/// <param name="VersionKey">The subnet's weights version.</param>
internal sealed record WeightsCommitment(
    ReadOnlyMemory<byte> Who,
    ushort Index,
    IReadOnlyList<ushort> Uids,
    IReadOnlyList<ushort> Values,
    IReadOnlyList<ushort> Salt,
    ulong VersionKey)
{
    /// <summary>What commit_weights takes: BLAKE2b-256 of the SCALE of all fields in order (opentensor/subtensor,
    /// pallets/subtensor/src/subnets/weights.rs, do_reveal_weights).</summary>
    public Hash256 Hash()
    {
        var preimage = new ScaleWriter();
        preimage.WriteBytes(Who.Span);
        preimage.WriteUInt16(Index);
        Write(preimage, Uids);
        Write(preimage, Values);
        Write(preimage, Salt);
        preimage.WriteUInt64(VersionKey);
        return Hash256.Of(preimage.Written);
    }

    private static void Write(ScaleWriter writer, IReadOnlyList<ushort> numbers)
    {
        writer.WriteLength(numbers.Count);
        foreach (var number in numbers)
        {
            writer.WriteUInt16(number);
        }
    }
}
