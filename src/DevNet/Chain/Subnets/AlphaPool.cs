using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.Subnets;

/// <summary>Where TAO becomes a subnet's alpha and back: a pool whose product of both amounts stays what it is
/// (opentensor/subtensor at spec 224, pallets/subtensor/src/staking/stake_utils.rs). Subnets without a mechanism, as
/// the root network, change one for one. What the network earns for its pools is not simulated.</summary>
internal sealed class AlphaPool(SubnetState state)
{
    // A pool is never emptied below this.
    private const ulong Least = 10_000_000;

    private const ulong Dynamic = 1;

    /// <summary>The alpha for some TAO, or null where the pool has too little.</summary>
    public ulong? QuoteAlpha(ushort netuid, ulong tao) =>
        IsDynamic(netuid) ? Quote(Of("SubnetAlphaIn", netuid), Of("SubnetTAO", netuid), tao) : tao;

    /// <summary>The TAO for some alpha, or null where the pool has too little.</summary>
    public ulong? QuoteTao(ushort netuid, ulong alpha) =>
        IsDynamic(netuid) ? Quote(Of("SubnetTAO", netuid), Of("SubnetAlphaIn", netuid), alpha) : alpha;

    /// <summary>Takes TAO into the pool and gives what <see cref="QuoteAlpha"/> said.</summary>
    public ulong Buy(ushort netuid, ulong tao)
    {
        var alpha = QuoteAlpha(netuid, tao)!.Value;
        Move(netuid, "SubnetTAO", tao, adds: true);
        Move(netuid, "SubnetAlphaIn", alpha, adds: false);
        Move(netuid, "SubnetAlphaOut", alpha, adds: true);
        Trade(netuid, tao, adds: true);
        return alpha;
    }

    /// <summary>Takes alpha into the pool and gives what <see cref="QuoteTao"/> said.</summary>
    public ulong Sell(ushort netuid, ulong alpha)
    {
        var tao = QuoteTao(netuid, alpha)!.Value;
        Move(netuid, "SubnetTAO", tao, adds: false);
        Move(netuid, "SubnetAlphaIn", alpha, adds: true);
        Move(netuid, "SubnetAlphaOut", alpha, adds: false);
        Trade(netuid, tao, adds: false);
        return tao;
    }

    /// <summary>Leaves a fee in the pool.</summary>
    public void Donate(ushort netuid, ulong tao)
    {
        Move(netuid, "SubnetTAO", tao, adds: true);
        state.Set("TotalStake", state.Number("TotalStake") + tao);
    }

    private static ulong? Quote(ulong wanted, ulong given, ulong amount)
    {
        // What is left is rounded up: no exchange takes more out of the product than it brings.
        var after = (UInt128)given + amount;
        var left = (((UInt128)wanted * given) + after - 1) / UInt128.Max(after, 1);
        return left >= Least ? wanted - (ulong)left : null;
    }

    private bool IsDynamic(ushort netuid) => Of("SubnetMechanism", netuid) == Dynamic;

    private ulong Of(string item, ushort netuid) => state.Number(item, SubnetState.Key(netuid));

    private void Trade(ushort netuid, ulong tao, bool adds)
    {
        var staked = state.Number("TotalStake");
        state.Set("TotalStake", adds ? staked + tao : Less(staked, tao));
        var volume = state.Find("SubnetVolume", SubnetState.Key(netuid))!.ToUInt128();
        state.Set("SubnetVolume", ScaleValue.Of(volume + tao), SubnetState.Key(netuid));
    }

    private void Move(ushort netuid, string item, ulong amount, bool adds)
    {
        var before = Of(item, netuid);
        state.Set(item, adds ? before + amount : Less(before, amount), SubnetState.Key(netuid));
    }

    private static ulong Less(ulong before, ulong amount) => before > amount ? before - amount : 0;
}
