using System.Net;

namespace Gateway.DevNet.Chain.Subnets;

/// <summary>A neuron that the chain begins with.</summary>
/// <param name="Hotkey">Its key.</param>
/// <param name="Coldkey">Its owner.</param>
/// <param name="Stake">Its alpha, all of it the owner's.</param>
/// <param name="HasPermit">Whether it may set weights before the first epoch.</param>
internal sealed record GenesisNeuron(AccountId Hotkey, AccountId Coldkey, ulong Stake = 0, bool HasPermit = false)
{
    /// <summary>Where it listens; null for nowhere.</summary>
    public IPEndPoint? Axon { get; init; }

    /// <summary>What its score is until an epoch gives it another, in 65535ths.</summary>
    public ushort Incentive { get; init; }
}
