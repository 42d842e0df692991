using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.Subnets;

namespace Gateway.DevNet.Chain.Calls;

/// <summary>Telling where a neuron listens (opentensor/subtensor, pallets/subtensor/src/subnets/serving.rs). The chain
/// refuses next to nothing: private addresses pass.</summary>
internal static class ServingCalls
{
    private const uint LoopbackIPv4 = 0x7f00_0001;

    public static IReadOnlyDictionary<string, CallHandler> All { get; } = new Dictionary<string, CallHandler>
    {
        [$"{SubnetState.Pallet}.serve_axon"] = ServeAxon,
    };

    private static DispatchError.InPallet? ServeAxon(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var (state, netuid) = (scope.Subnets, call["netuid"].ToUInt16());
        if (ProblemOf(scope, netuid, origin.Who, call) is { } problem)
        {
            return new DispatchError.InPallet(SubnetState.Pallet, problem);
        }

        var axon = ScaleValue.RecordOf(
        [
            ("block", ScaleValue.Of(scope.Block)),
            .. call.Fields.Where(field => field.Name != "netuid").Select(field => (field.Name!, field.Value)),
        ]);
        state.Set("Axons", axon, SubnetState.Key(netuid), origin.Who.ToValue());
        scope.Events.AddUnnamed(
            SubnetState.Pallet, ScaleValue.CaseOf("AxonServed", ScaleValue.Of(netuid), origin.Who.ToValue()));
        return null;
    }

    private static string? ProblemOf(CallScope scope, ushort netuid, AccountId hotkey, ScaleValue.Case call)
    {
        var kind = call["ip_type"].ToUInt8();
        return scope.Subnets.UidOf(netuid, hotkey) is null ? "HotKeyNotRegisteredInNetwork"
            : kind is not (4 or 6) ? "InvalidIpType"
            : !IsValid(kind, call["ip"].ToUInt128(), scope.AllowsLoopback) ? "InvalidIpAddress"
            : IsTooSoon(scope, netuid, hotkey) ? "ServingRateLimitExceeded"
            : call["port"].ToUInt16() == 0 ? "InvalidPort"
            : null;
    }

    // The zero address is what one serves who wants not to be called any more.
    private static bool IsValid(byte kind, UInt128 address, bool allowsLoopback) => kind == 4
        ? address < uint.MaxValue && (allowsLoopback || address != LoopbackIPv4)
        : address != UInt128.MaxValue && (allowsLoopback || address != UInt128.One);

    private static bool IsTooSoon(CallScope scope, ushort netuid, AccountId hotkey)
    {
        var limit = scope.Subnets.Number("ServingRateLimit", SubnetState.Key(netuid));
        var last = scope.Subnets.Find("Axons", SubnetState.Key(netuid), hotkey.ToValue())?["block"].ToUInt64() ?? 0;
        return limit != 0 && last != 0 && scope.Block - last < limit;
    }
}
