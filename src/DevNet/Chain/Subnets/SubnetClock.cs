namespace Gateway.DevNet.Chain.Subnets;

/// <summary>When a subnet's epochs are (opentensor/subtensor, pallets/subtensor/src/subnets/weights.rs and
/// coinbase/run_coinbase.rs, before epochs were scheduled by their last block).</summary>
/// <param name="NetUid">The subnet.</param>
/// <param name="Tempo">Blocks between two epochs, less one; 0 for none.</param>
internal readonly record struct SubnetClock(ushort NetUid, ulong Tempo)
{
    /// <summary>Blocks after this one until the next epoch; 0 when this block runs it.</summary>
    public ulong BlocksUntilEpoch(ulong block) =>
        Tempo == 0 ? ulong.MaxValue : Tempo - ((block + NetUid + 1) % (Tempo + 1));

    public bool RunsAt(ulong block) => BlocksUntilEpoch(block) == 0;

    /// <summary>The number of the epoch a block is in.</summary>
    public ulong EpochOf(ulong block) => (block + NetUid + 1) / (Tempo + 1);
}
