using Gateway.DevNet.Chain.Blocks;

namespace Gateway.DevNet.Chain;

/// <summary>Learns of blocks. It is called while the chain is locked, in order, and must return at once.</summary>
internal interface IChainObserver
{
    /// <summary>The best chain changed.</summary>
    public void OnBest(ChainMove move);

    /// <summary>Blocks became final, oldest first.</summary>
    public void OnFinalized(IReadOnlyList<Block> blocks);
}
