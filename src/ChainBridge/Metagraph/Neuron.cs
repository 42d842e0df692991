using Gateway.Core;

namespace Gateway.ChainBridge;

/// <summary>A place in a subnet and who holds it at one block. A miner is (subnet, hotkey, registration block), never a
/// uid: places are given to others. Scores are in 65535ths.</summary>
/// <param name="Uid">The place.</param>
/// <param name="Hotkey">Who holds it.</param>
/// <param name="Coldkey">Who owns the hotkey: SS58 with prefix 42.</param>
/// <param name="RegisteredAt">The block the hotkey got this place at.</param>
public sealed record Neuron(int Uid, Hotkey Hotkey, string Coldkey, long RegisteredAt)
{
    /// <summary>Where it listens; null where it said nothing, or the zero address, or port 0.</summary>
    public Axon? Axon { get; init; }

    /// <summary>Whether it set weights not too long ago.</summary>
    public bool IsActive { get; init; }

    /// <summary>Whether it may set weights for others.</summary>
    public bool HasValidatorPermit { get; init; }

    /// <summary>The part of what miners earn.</summary>
    public ushort Incentive { get; init; }

    /// <summary>The weight that a majority of the stake agrees on.</summary>
    public ushort Consensus { get; init; }

    /// <summary>The part of what validators earn.</summary>
    public ushort Dividends { get; init; }

    /// <summary>How much of its weights others agree with; null where the runtime did not tell.</summary>
    public ushort? ValidatorTrust { get; init; }

    /// <summary>Alpha of the last epoch, in billionths.</summary>
    public long Emission { get; init; }

    /// <summary>Alpha staked on the hotkey in this subnet, in billionths; before dynamic TAO, rao.</summary>
    public long Stake { get; init; }

    /// <summary>The block it set weights in last, or registered in.</summary>
    public long LastUpdate { get; init; }
}
