using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.Subnets;

namespace Gateway.DevNet.Chain.Calls;

/// <summary>Staking in the tokens of subnets (opentensor/subtensor at spec 224, pallets/subtensor/src/staking). Before
/// dynamic TAO it was another, see <see cref="PlainStakeCalls"/>.</summary>
internal static class StakeCalls
{
    // Rao; the least that may be staked is both together.
    private const ulong LeastStake = 500_000;
    private const ulong Fee = 50_000;

    public static IReadOnlyDictionary<string, CallHandler> All { get; } = new Dictionary<string, CallHandler>
    {
        [$"{SubnetState.Pallet}.add_stake"] = static (scope, origin, call) =>
            call.Find("netuid") is null ? PlainStakeCalls.Add(scope, origin, call) : Add(scope, origin, call),
        [$"{SubnetState.Pallet}.remove_stake"] = static (scope, origin, call) =>
            call.Find("netuid") is null ? PlainStakeCalls.Remove(scope, origin, call) : Remove(scope, origin, call),
        [$"{SubnetState.Pallet}.move_stake"] = Move,
        [$"{SubnetState.Pallet}.transfer_stake"] = Transfer,
    };

    private static DispatchError.InPallet? Add(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var (state, pool) = (scope.Subnets, new AlphaPool(scope.Subnets));
        var (hotkey, netuid) = (AccountId.Of(call["hotkey"]), call["netuid"].ToUInt16());
        var tao = call["amount_staked"].ToUInt64();
        var problem = !state.Exists(netuid) ? "SubnetNotExists"
            : tao < LeastStake + Fee ? "AmountTooLow"
            : scope.Accounts.Reducible(origin.Who, keepAlive: true) < tao ? "NotEnoughBalanceToStake"
            : state.OwnerOf(hotkey) is null ? "HotKeyAccountNotExists"
            : pool.QuoteAlpha(netuid, tao) is null ? "InsufficientLiquidity"
            : null;
        if (problem is not null)
        {
            return Error(problem);
        }

        _ = scope.Accounts.TryWithdraw(origin.Who, tao);
        _ = Stake(scope, new(origin.Who, hotkey, netuid), tao);
        return null;
    }

    private static DispatchError.InPallet? Remove(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var place = new StakePlace(origin.Who, AccountId.Of(call["hotkey"]), call["netuid"].ToUInt16());
        var alpha = call["amount_unstaked"].ToUInt64();
        if (ProblemOf(scope, place, alpha) is { } problem)
        {
            return Error(problem);
        }

        scope.Accounts.Deposit(origin.Who, Unstake(scope, place, alpha));
        return null;
    }

    private static DispatchError? Move(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var from = new StakePlace(
            origin.Who, AccountId.Of(call["origin_hotkey"]), call["origin_netuid"].ToUInt16());
        var to = new StakePlace(
            origin.Who, AccountId.Of(call["destination_hotkey"]), call["destination_netuid"].ToUInt16());
        var (tao, error) = Shift(scope, from, to, call["alpha_amount"].ToUInt64());
        if (error is null)
        {
            scope.Events.AddUnnamed(SubnetState.Pallet, ScaleValue.CaseOf(
                "StakeMoved",
                origin.Who.ToValue(),
                from.Hotkey.ToValue(),
                ScaleValue.Of(from.NetUid),
                to.Hotkey.ToValue(),
                ScaleValue.Of(to.NetUid),
                ScaleValue.Of(tao)));
        }

        return error;
    }

    private static DispatchError? Transfer(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var hotkey = AccountId.Of(call["hotkey"]);
        var from = new StakePlace(origin.Who, hotkey, call["origin_netuid"].ToUInt16());
        var to = new StakePlace(
            AccountId.Of(call["destination_coldkey"]), hotkey, call["destination_netuid"].ToUInt16());
        if (new[] { from, to }.Any(place => !scope.Subnets.Flag("TransferToggle", SubnetState.Key(place.NetUid))))
        {
            return Error("TransferDisallowed");
        }

        var (tao, error) = Shift(scope, from, to, call["alpha_amount"].ToUInt64());
        if (error is null)
        {
            scope.Events.AddUnnamed(SubnetState.Pallet, ScaleValue.CaseOf(
                "StakeTransferred",
                from.Coldkey.ToValue(),
                to.Coldkey.ToValue(),
                hotkey.ToValue(),
                ScaleValue.Of(from.NetUid),
                ScaleValue.Of(to.NetUid),
                ScaleValue.Of(tao)));
        }

        return error;
    }

    // Out of one place and into the other, through both pools.
    private static (ulong Tao, DispatchError? Error) Shift(
        CallScope scope, StakePlace from, StakePlace to, ulong alpha)
    {
        var problem = ProblemOf(scope, from, alpha)
            ?? (!scope.Subnets.Exists(to.NetUid) ? "SubnetNotExists"
                : scope.Subnets.OwnerOf(to.Hotkey) is null ? "HotKeyAccountNotExists"
                : null);
        if (problem is not null)
        {
            return (0, Error(problem));
        }

        var tao = Unstake(scope, from, alpha);
        if (new AlphaPool(scope.Subnets).QuoteAlpha(to.NetUid, tao) is null)
        {
            return (0, Error("InsufficientLiquidity"));
        }

        _ = Stake(scope, to, tao);
        return (tao, null);
    }

    private static string? ProblemOf(CallScope scope, StakePlace place, ulong alpha)
    {
        var state = scope.Subnets;
        return !state.Exists(place.NetUid) ? "SubnetNotExists"
            : state.OwnerOf(place.Hotkey) is null ? "HotKeyAccountNotExists"
            : new AlphaPool(state).QuoteTao(place.NetUid, alpha) is not { } tao ? "InsufficientLiquidity"
            : tao <= LeastStake ? "AmountTooLow"
            : new StakeBook(state).Of(place.Hotkey, place.Coldkey, place.NetUid) < alpha ? "NotEnoughStakeToWithdraw"
            : null;
    }

    private static ulong Stake(CallScope scope, StakePlace place, ulong tao)
    {
        var pool = new AlphaPool(scope.Subnets);
        var fee = Math.Min(tao, Fee);
        var alpha = pool.Buy(place.NetUid, tao - fee);
        new StakeBook(scope.Subnets).Increase(place.Hotkey, place.Coldkey, place.NetUid, alpha);
        pool.Donate(place.NetUid, fee);
        Tell(scope, "StakeAdded", place, tao - fee, alpha);
        return alpha;
    }

    private static ulong Unstake(CallScope scope, StakePlace place, ulong alpha)
    {
        var pool = new AlphaPool(scope.Subnets);
        var tao = pool.Sell(place.NetUid, alpha);
        new StakeBook(scope.Subnets).Decrease(place.Hotkey, place.Coldkey, place.NetUid, alpha);
        var fee = Math.Min(tao, Fee);
        pool.Donate(place.NetUid, fee);
        Tell(scope, "StakeRemoved", place, tao - fee, alpha);
        return tao - fee;
    }

    private static void Tell(CallScope scope, string name, StakePlace place, ulong tao, ulong alpha) =>
        scope.Events.AddUnnamed(SubnetState.Pallet, ScaleValue.CaseOf(
            name,
            place.Coldkey.ToValue(),
            place.Hotkey.ToValue(),
            ScaleValue.Of(tao),
            ScaleValue.Of(alpha),
            ScaleValue.Of(place.NetUid)));

    private static DispatchError.InPallet Error(string name) => new(SubnetState.Pallet, name);

    private readonly record struct StakePlace(AccountId Coldkey, AccountId Hotkey, ushort NetUid);
}
