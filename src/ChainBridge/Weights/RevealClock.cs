namespace Gateway.ChainBridge.Weights;

/// <summary>When a subnet's commitments are revealed: in exactly the epoch of the commitment plus the reveal period.
/// Epochs follow from the block (opentensor/subtensor, pallets/subtensor/src/subnets/weights.rs, get_epoch_index),
/// or since SubnetEpochIndex is stored, the chain counts them and keeps a commitment's epoch instead of its block.
/// </summary>
/// <param name="NetUid">The subnet.</param>
/// <param name="Tempo">Blocks between two epochs, less one.</param>
/// <param name="Period">Epochs between commitment and reveal.</param>
/// <param name="Counted">The epoch by the chain's own count; null where it keeps none.</param>
internal readonly record struct RevealClock(ushort NetUid, ulong Tempo, ulong Period, ulong? Counted)
{
    public static RevealClock Of(ushort netuid, ulong tempo, ulong period, ulong? counted) =>
        new(netuid, tempo, period, counted);

    /// <summary>The epoch of the block that comes next.</summary>
    public ulong EpochOf(ulong next) => Counted ?? (next + NetUid + 1) / (Tempo + 1);

    /// <summary>The epoch a commitment is revealed in.</summary>
    /// <param name="committed">What the chain keeps beside its hash: the block, or where epochs are counted the epoch.
    /// </param>
    public ulong RevealEpoch(ulong committed) =>
        (Counted is null ? EpochOf(committed) : committed) + Period;

    /// <summary>Blocks of the epoch from the next one on, that one included; where the chain counts epochs the most
    /// there can be.</summary>
    public ulong Left(ulong next) => Counted is null
        ? Tempo + 1 - ((next + NetUid + 1) % (Tempo + 1))
        : Tempo + 1;
}
