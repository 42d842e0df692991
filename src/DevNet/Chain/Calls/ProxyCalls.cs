using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;

namespace Gateway.DevNet.Chain.Calls;

/// <summary>Acting for another account (paritytech/polkadot-sdk, substrate/frame/proxy), without announcements.
/// </summary>
internal static class ProxyCalls
{
    private const string Pallet = "Proxy";
    private const string Item = "Proxies";

    public static IReadOnlyDictionary<string, CallHandler> All { get; } = new Dictionary<string, CallHandler>
    {
        [$"{Pallet}.add_proxy"] = Add,
        [$"{Pallet}.remove_proxy"] = Remove,
        [$"{Pallet}.proxy"] = Act,
    };

    private static DispatchError? Add(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        if (AccountId.OfAddress(call["delegate"]) is not { } delegatee)
        {
            return DispatchError.CannotLookup;
        }

        var definition = Define(delegatee, call);
        var (proxies, deposit) = Read(scope, origin.Who);
        if (delegatee == origin.Who || proxies.Contains(definition))
        {
            return Error(delegatee == origin.Who ? "NoSelfProxy" : "Duplicate");
        }

        if ((ulong)proxies.Count >= scope.Runtime.Constant(Pallet, "MaxProxies"))
        {
            return Error("TooMany");
        }

        proxies.Add(definition);
        return Write(scope, origin.Who, proxies, deposit) ?? Tell(scope, "ProxyAdded", origin.Who, definition);
    }

    private static DispatchError? Remove(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        if (AccountId.OfAddress(call["delegate"]) is not { } delegatee)
        {
            return DispatchError.CannotLookup;
        }

        var definition = Define(delegatee, call);
        var (proxies, deposit) = Read(scope, origin.Who);
        return proxies.Remove(definition)
            ? Write(scope, origin.Who, proxies, deposit) ?? Tell(scope, "ProxyRemoved", origin.Who, definition)
            : Error("NotFound");
    }

    // The call's own failure is told in the event only.
    private static DispatchError? Act(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        if (AccountId.OfAddress(call["real"]) is not { } real)
        {
            return DispatchError.CannotLookup;
        }

        var forced = call["force_proxy_type"].ToOptional()?.CaseName;
        var definition = Read(scope, real).Proxies.Find(one => AccountId.Of(one["delegate"]) == origin.Who
            && (forced is null || one["proxy_type"].CaseName == forced));
        if (definition is null)
        {
            return Error("NotProxy");
        }

        if (definition["delay"].ToUInt32() > 0)
        {
            return Error("Unannounced");
        }

        var kind = definition["proxy_type"].CaseName;
        var acting = new Origin(real, one => ProxyKind.Allows(kind, one));
        var result = scope.Dispatch(acting, (ScaleValue.Case)call["call"]);
        scope.Events.Add(Pallet, "ProxyExecuted", ("result", DispatchError.ToResult(result, scope.Runtime)));
        return null;
    }

    private static ScaleValue.Record Define(AccountId delegatee, ScaleValue.Case call) => ScaleValue.RecordOf(
        ("delegate", delegatee.ToValue()), ("proxy_type", call["proxy_type"]), ("delay", call["delay"]));

    private static (List<ScaleValue> Proxies, ulong Deposit) Read(CallScope scope, AccountId who)
    {
        var value = scope.State.Get(Pallet, Item, who.ToValue());
        return ([.. value[0].Items], value[1].ToUInt64());
    }

    private static DispatchError? Write(CallScope scope, AccountId who, List<ScaleValue> proxies, ulong before)
    {
        var deposit = proxies.Count == 0
            ? 0
            : scope.Runtime.Constant(Pallet, "ProxyDepositBase")
                + (scope.Runtime.Constant(Pallet, "ProxyDepositFactor") * (ulong)proxies.Count);
        if (deposit > before && scope.Accounts.Reserve(who, deposit - before) is { } error)
        {
            return error;
        }

        if (deposit < before)
        {
            scope.Accounts.Unreserve(who, before - deposit);
        }

        if (proxies.Count == 0)
        {
            scope.State.Remove(Pallet, Item, who.ToValue());
            return null;
        }

        var sorted = proxies.OrderBy(one => AccountId.Of(one["delegate"])).ToArray();
        scope.State.Set(
            Pallet, Item, ScaleValue.ListOf(ScaleValue.ListOf(sorted), ScaleValue.Of(deposit)), who.ToValue());
        return null;
    }

    private static DispatchError? Tell(CallScope scope, string name, AccountId who, ScaleValue definition)
    {
        scope.Events.Add(
            Pallet,
            name,
            ("delegator", who.ToValue()),
            ("delegatee", definition["delegate"]),
            ("proxy_type", definition["proxy_type"]),
            ("delay", definition["delay"]));
        return null;
    }

    private static DispatchError.InPallet Error(string name) => new(Pallet, name);
}
