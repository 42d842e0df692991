using System.Numerics;
using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.Subnets;

/// <summary>Alpha by hotkey and staker: a pool of shares for each hotkey and subnet, so that what a hotkey earns
/// belongs to all its stakers (opentensor/subtensor, primitives/share-pool). Shares have 64 bits before the point and
/// 64 behind.</summary>
internal sealed class StakeBook(SubnetState state)
{
    private static readonly BigInteger One = BigInteger.One << 64;

    /// <summary>A hotkey's alpha, of all its stakers together.</summary>
    public ulong Of(AccountId hotkey, ushort netuid) => state.HasAlpha
        ? state.Number("TotalHotkeyAlpha", hotkey.ToValue(), SubnetState.Key(netuid))
        : state.Number("TotalHotkeyStake", hotkey.ToValue());

    /// <summary>A staker's part of it.</summary>
    public ulong Of(AccountId hotkey, AccountId coldkey, ushort netuid)
    {
        var (shares, all) = (Shares(hotkey, coldkey, netuid), AllShares(hotkey, netuid));
        return all.IsZero ? 0 : (ulong)(new BigInteger(Of(hotkey, netuid)) * shares / all);
    }

    public void Increase(AccountId hotkey, AccountId coldkey, ushort netuid, ulong alpha)
    {
        var (total, all) = (Of(hotkey, netuid), AllShares(hotkey, netuid));
        var fresh = all.IsZero || total == 0 ? alpha * One : alpha * all / total;
        Write(hotkey, coldkey, netuid, (Shares(hotkey, coldkey, netuid) + fresh, all + fresh, total + alpha));
    }

    /// <summary>Takes no more than the staker has.</summary>
    public void Decrease(AccountId hotkey, AccountId coldkey, ushort netuid, ulong alpha)
    {
        var (total, all, shares) = (
            Of(hotkey, netuid), AllShares(hotkey, netuid), Shares(hotkey, coldkey, netuid));
        var sold = alpha == Of(hotkey, coldkey, netuid) ? shares : BigInteger.Min(shares, alpha * all / total);
        Write(hotkey, coldkey, netuid, (shares - sold, all - sold, total - alpha));
    }

    /// <summary>Lets all stakers of a hotkey earn; its owner alone where nobody staked.</summary>
    public void Earn(AccountId hotkey, ushort netuid, ulong alpha)
    {
        if (alpha == 0)
        {
            return;
        }

        if (AllShares(hotkey, netuid).IsZero && state.OwnerOf(hotkey) is { } owner)
        {
            Increase(hotkey, owner, netuid, alpha);
            return;
        }

        state.Set("TotalHotkeyAlpha", Of(hotkey, netuid) + alpha, hotkey.ToValue(), SubnetState.Key(netuid));
    }

    private BigInteger Shares(AccountId hotkey, AccountId coldkey, ushort netuid) => ToBits(
        state.Find("Alpha", hotkey.ToValue(), coldkey.ToValue(), SubnetState.Key(netuid)));

    private BigInteger AllShares(AccountId hotkey, ushort netuid) => ToBits(
        state.Find("TotalHotkeyShares", hotkey.ToValue(), SubnetState.Key(netuid)));

    private void Write(
        AccountId hotkey, AccountId coldkey, ushort netuid, (BigInteger Shares, BigInteger All, ulong Total) after)
    {
        var net = SubnetState.Key(netuid);
        WriteOrRemove("Alpha", after.Shares, hotkey.ToValue(), coldkey.ToValue(), net);
        WriteOrRemove("TotalHotkeyShares", after.All, hotkey.ToValue(), net);
        if (after.Total == 0)
        {
            state.Remove("TotalHotkeyAlpha", hotkey.ToValue(), net);
            return;
        }

        state.Set("TotalHotkeyAlpha", after.Total, hotkey.ToValue(), net);
    }

    private void WriteOrRemove(string item, BigInteger bits, params ReadOnlySpan<ScaleValue> keys)
    {
        if (bits.IsZero)
        {
            state.Remove(item, keys);
            return;
        }

        state.Set(item, ScaleValue.RecordOf(("bits", ScaleValue.Of((UInt128)bits))), keys);
    }

    private static BigInteger ToBits(ScaleValue? value) => (BigInteger)value!["bits"].ToUInt128();
}
