using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.Subnets;

namespace Gateway.DevNet.Chain.Calls;

/// <summary>Staking as it was before dynamic TAO, spec 219: TAO on a hotkey, of no subnet (opentensor/subtensor,
/// pallets/subtensor/src/staking before spec 220).</summary>
internal static class PlainStakeCalls
{
    public static DispatchError? Add(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var (hotkey, amount) = (AccountId.Of(call["hotkey"]), call["amount_staked"].ToUInt64());
        if (scope.Subnets.OwnerOf(hotkey) is null)
        {
            return Error("HotKeyAccountNotExists");
        }

        if (scope.Accounts.Reducible(origin.Who, keepAlive: true) < amount
            || !scope.Accounts.TryWithdraw(origin.Who, amount))
        {
            return Error("NotEnoughBalanceToStake");
        }

        Change(scope.Subnets, hotkey, origin.Who, amount);
        Tell(scope, "StakeAdded", hotkey, amount);
        return null;
    }

    public static DispatchError? Remove(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var (hotkey, amount) = (AccountId.Of(call["hotkey"]), call["amount_unstaked"].ToUInt64());
        var problem = scope.Subnets.OwnerOf(hotkey) is null ? "HotKeyAccountNotExists"
            : amount == 0 ? "StakeToWithdrawIsZero"
            : scope.Subnets.Number("Stake", hotkey.ToValue(), origin.Who.ToValue()) < amount
                ? "NotEnoughStakeToWithdraw"
            : null;
        if (problem is not null)
        {
            return Error(problem);
        }

        Change(scope.Subnets, hotkey, origin.Who, -(Int128)amount);
        scope.Accounts.Deposit(origin.Who, amount);
        Tell(scope, "StakeRemoved", hotkey, amount);
        return null;
    }

    private static void Change(SubnetState state, AccountId hotkey, AccountId coldkey, Int128 amount)
    {
        Change(state, "Stake", amount, hotkey.ToValue(), coldkey.ToValue());
        Change(state, "TotalHotkeyStake", amount, hotkey.ToValue());
        Change(state, "TotalColdkeyStake", amount, coldkey.ToValue());
        Change(state, "TotalStake", amount);
    }

    private static void Change(
        SubnetState state, string item, Int128 amount, params ReadOnlySpan<ScaleValue> keys) =>
        state.Set(item, (ulong)(state.Number(item, keys) + amount), keys);

    private static void Tell(CallScope scope, string name, AccountId hotkey, ulong amount) =>
        scope.Events.AddUnnamed(
            SubnetState.Pallet, ScaleValue.CaseOf(name, hotkey.ToValue(), ScaleValue.Of(amount)));

    private static DispatchError.InPallet Error(string name) => new(SubnetState.Pallet, name);
}
