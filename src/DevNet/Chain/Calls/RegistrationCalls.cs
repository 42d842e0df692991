using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.Subnets;

namespace Gateway.DevNet.Chain.Calls;

/// <summary>Making subnets and places in them (opentensor/subtensor at spec 224, pallets/subtensor/src/subnets/
/// subnet.rs and registration.rs).</summary>
internal static class RegistrationCalls
{
    private const ulong PerInterval = 3;

    public static IReadOnlyDictionary<string, CallHandler> All { get; } = new Dictionary<string, CallHandler>
    {
        [$"{SubnetState.Pallet}.burned_register"] = Register,
        [$"{SubnetState.Pallet}.register_network"] = RegisterNetwork,
    };

    private static DispatchError.InPallet? Register(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var (state, netuid, hotkey) = (scope.Subnets, call["netuid"].ToUInt16(), AccountId.Of(call["hotkey"]));
        if (ProblemOf(state, netuid, hotkey) is { } problem)
        {
            return Error(problem);
        }

        var burn = state.Number("Burn", SubnetState.Key(netuid));
        if (scope.Accounts.Reducible(origin.Who, keepAlive: true) < burn
            || !scope.Accounts.TryWithdraw(origin.Who, burn))
        {
            return Error("NotEnoughBalanceToStake");
        }

        var neurons = new NeuronBook(state);
        if (!neurons.Associate(origin.Who, hotkey))
        {
            return Error("NonAssociatedColdKey");
        }

        var uid = neurons.Register(netuid, hotkey, scope.Block);
        foreach (var counter in new[]
        {
            "BurnRegistrationsThisInterval", "RegistrationsThisInterval", "RegistrationsThisBlock",
        })
        {
            Add(state, counter, netuid, 1);
        }

        Add(state, "RAORecycledForRegistration", netuid, burn);
        Tell(scope, netuid, uid, hotkey);
        return null;
    }

    private static string? ProblemOf(SubnetState state, ushort netuid, AccountId hotkey)
    {
        var net = SubnetState.Key(netuid);
        return netuid == SubnetState.Root ? "RegistrationNotPermittedOnRootSubnet"
            : !state.Exists(netuid) ? "SubNetworkDoesNotExist"
            : !state.Flag("NetworkRegistrationAllowed", net) ? "SubNetRegistrationDisabled"
            : state.Number("RegistrationsThisBlock", net) >= state.Number("MaxRegistrationsPerBlock", net)
                ? "TooManyRegistrationsThisBlock"
            : state.Number("RegistrationsThisInterval", net)
                >= PerInterval * state.Number("TargetRegistrationsPerInterval", net)
                ? "TooManyRegistrationsThisInterval"
            : state.UidOf(netuid, hotkey) is not null ? "HotKeyAlreadyRegisteredInSubNet"
            : state.Number("MaxAllowedUids", net) == 0 ? "NoNeuronIdAvailable"
            : null;
    }

    // Before dynamic TAO the call has no hotkey, and a subnet begins without a neuron and without a pool.
    private static DispatchError.InPallet? RegisterNetwork(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var state = scope.Subnets;
        AccountId? hotkey = call.Find("hotkey") is { } key ? AccountId.Of(key) : null;
        var (last, cost) = (state.Number("NetworkLastRegistered"), LockCost(state, scope.Block));
        if (hotkey is { } known && state.OwnerOf(known) is { } owner && owner != origin.Who)
        {
            return Error("NonAssociatedColdKey");
        }

        if (last != 0 && scope.Block < last + state.Number("NetworkRateLimit"))
        {
            return Error("NetworkTxRateLimitExceeded");
        }

        if (scope.Accounts.Reducible(origin.Who, keepAlive: true) < cost
            || !scope.Accounts.TryWithdraw(origin.Who, cost))
        {
            return Error("NotEnoughBalanceToStake");
        }

        Found(scope, origin.Who, hotkey, cost);
        return null;
    }

    private static void Found(CallScope scope, AccountId owner, AccountId? hotkey, ulong cost)
    {
        var state = scope.Subnets;
        var networks = state.Networks();
        var netuid = (ushort)Enumerable.Range(1, networks.Length + 1).First(one => !networks.Contains((ushort)one));
        SubnetFounding.Open(state, new SubnetTerms(netuid, owner), scope.Block);
        state.Set("TotalNetworks", (ulong)networks.Length + 1);
        state.Set("NetworkLastRegistered", scope.Block);
        state.Set("NetworkLastLockCost", cost);
        state.Set("SubnetLocked", cost, SubnetState.Key(netuid));
        SubnetFounding.FillPool(state, netuid, state.Number("NetworkMinLockCost"));
        if (hotkey is { } first)
        {
            state.Set("SubnetOwnerHotkey", first.ToValue(), SubnetState.Key(netuid));
            var neurons = new NeuronBook(state);
            _ = neurons.Associate(owner, first);
            Tell(scope, netuid, neurons.Register(netuid, first, scope.Block), first);
        }

        scope.Events.AddUnnamed(
            SubnetState.Pallet, ScaleValue.CaseOf("NetworkAdded", ScaleValue.Of(netuid), ScaleValue.Of(0u)));
    }

    // Twice the last price just after a registration, falling to the least.
    private static ulong LockCost(SubnetState state, ulong block)
    {
        var (last, least) = (state.Number("NetworkLastLockCost"), state.Number("NetworkMinLockCost"));
        var since = state.Number("NetworkLastRegistered");
        var price = last * (since == 0 ? 1UL : 2UL);
        var fall = last / Math.Max(1, state.Number("NetworkLockReductionInterval")) * (block - since);
        return Math.Max(least, price > fall ? price - fall : 0);
    }

    private static void Tell(CallScope scope, ushort netuid, ushort uid, AccountId hotkey) => scope.Events.AddUnnamed(
        SubnetState.Pallet,
        ScaleValue.CaseOf("NeuronRegistered", ScaleValue.Of(netuid), ScaleValue.Of(uid), hotkey.ToValue()));

    private static void Add(SubnetState state, string item, ushort netuid, ulong amount) =>
        state.Set(item, state.Number(item, SubnetState.Key(netuid)) + amount, SubnetState.Key(netuid));

    private static DispatchError.InPallet Error(string name) => new(SubnetState.Pallet, name);
}
