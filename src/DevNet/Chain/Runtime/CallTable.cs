using System.Collections.Frozen;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Calls;
using Microsoft.Extensions.Logging;

namespace Gateway.DevNet.Chain.Runtime;

/// <summary>The calls that are simulated. Every other is refused as filtered, never accepted without effect.</summary>
internal sealed partial class CallTable(ILogger logger, bool allowsLoopbackAxons = true)
{
    private static readonly FrozenDictionary<string, CallHandler> Handlers = new[]
    {
        SystemCalls.All, BalancesCalls.All, UtilityCalls.All, ProxyCalls.All, MultisigCalls.All,
        RegistrationCalls.All, ServingCalls.All, StakeCalls.All, WeightCalls.All,
    }.SelectMany(calls => calls).ToFrozenDictionary();

    /// <summary>Pallet and call of everything simulated, such as <c>Balances.transfer_all</c>.</summary>
    public static IEnumerable<string> Names => Handlers.Keys.Order(StringComparer.Ordinal);

    /// <summary>Whether neurons may listen on loopback.</summary>
    public bool AllowsLoopbackAxons { get; } = allowsLoopbackAxons;

    public DispatchError? Run(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var inner = (ScaleValue.Case)call[0];
        if (IsBatchInBatch(call.Name, inner) || origin.Allows?.Invoke(call) == false)
        {
            return DispatchError.CallFiltered;
        }

        var name = $"{call.Name}.{inner.Name}";
        if (Handlers.TryGetValue(name, out var handler))
        {
            return handler(scope, origin, inner);
        }

        Log.NotSimulated(logger, name);
        return DispatchError.CallFiltered;
    }

    // Subtensor's runtime refuses this (opentensor/subtensor, runtime/src/lib.rs, NoNestingCallFilter).
    private static bool IsBatchInBatch(string pallet, ScaleValue.Case call) =>
        IsBatch(pallet, call.Name)
        && call["calls"].Items.Any(one => one is ScaleValue.Case { Fields: [{ Value: ScaleValue.Case nested }] } outer
            && IsBatch(outer.Name, nested.Name));

    private static bool IsBatch(string pallet, string call) =>
        pallet == "Utility" && call is "batch" or "batch_all" or "force_batch";

    private static partial class Log
    {
        [LoggerMessage(7010, LogLevel.Warning, "DevNet simulator: the call {Call} is not simulated; refused")]
        internal static partial void NotSimulated(ILogger logger, string call);
    }
}
