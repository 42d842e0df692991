using Gateway.Core;

namespace Gateway.ChainBridge;

/// <summary>A subnet at one finalized block. Immutable.</summary>
/// <param name="NetUid">The subnet.</param>
/// <param name="Block">The block's height.</param>
/// <param name="BlockHash">Its hash, <c>0x</c> and 64 hex digits.</param>
/// <param name="SpecVersion">The runtime it was read by.</param>
/// <param name="Neurons">In the order of uids, 0 first, none missing.</param>
public sealed record SubnetSnapshot(
    NetUid NetUid, long Block, string BlockHash, uint SpecVersion, IReadOnlyList<Neuron> Neurons)
{
    /// <summary>Blocks between two epochs, as the subnet states it; the network counts one more before spec 400.
    /// </summary>
    public int Tempo { get; init; }

    /// <summary>The block of the last epoch; 0 before the first.</summary>
    public long LastEpoch { get; init; }

    /// <summary>Whether validators commit to weights before they show them.</summary>
    public bool CommitsWeights { get; init; }

    /// <summary>When it was read; UTC.</summary>
    public DateTimeOffset ReadAt { get; init; }

    /// <summary>About the height of the next epoch.</summary>
    public long NextEpoch => LastEpoch > 0
        ? LastEpoch + Tempo + 1
        : Block + Tempo - ((Block + NetUid.Value + 1) % (Tempo + 1L));
}
