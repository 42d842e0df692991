using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;

namespace Gateway.DevNet.Chain.Calls;

/// <summary>Batches and derived accounts (paritytech/polkadot-sdk, substrate/frame/utility).</summary>
internal static class UtilityCalls
{
    private const string Pallet = "Utility";

    public static IReadOnlyDictionary<string, CallHandler> All { get; } = new Dictionary<string, CallHandler>
    {
        [$"{Pallet}.batch"] = Batch,
        [$"{Pallet}.batch_all"] = BatchAll,
        [$"{Pallet}.force_batch"] = ForceBatch,
        [$"{Pallet}.as_derivative"] = AsDerivative,
    };

    // Stops at the first failure, keeps what was done, and succeeds all the same.
    private static DispatchError.InPallet? Batch(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var calls = call["calls"].Items;
        if (TooMany(scope, calls.Length) is { } tooMany)
        {
            return tooMany;
        }

        for (var i = 0; i < calls.Length; i++)
        {
            if (scope.Dispatch(origin, (ScaleValue.Case)calls[i]) is { } error)
            {
                scope.ReturnWeight(CallWeight.OfAll(calls.AsSpan()[(i + 1)..]));
                scope.Events.Add(
                    Pallet,
                    "BatchInterrupted",
                    ("index", ScaleValue.Of((UInt128)i)),
                    ("error", error.ToValue(scope.Runtime)));
                return null;
            }

            scope.Events.Add(Pallet, "ItemCompleted");
        }

        scope.Events.Add(Pallet, "BatchCompleted");
        return null;
    }

    private static DispatchError? BatchAll(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var calls = call["calls"].Items;
        if (TooMany(scope, calls.Length) is { } tooMany)
        {
            return tooMany;
        }

        for (var i = 0; i < calls.Length; i++)
        {
            if (scope.Dispatch(origin, (ScaleValue.Case)calls[i]) is { } error)
            {
                scope.ReturnWeight(CallWeight.OfAll(calls.AsSpan()[(i + 1)..]));
                return error;
            }

            scope.Events.Add(Pallet, "ItemCompleted");
        }

        scope.Events.Add(Pallet, "BatchCompleted");
        return null;
    }

    private static DispatchError.InPallet? ForceBatch(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var calls = call["calls"].Items;
        if (TooMany(scope, calls.Length) is { } tooMany)
        {
            return tooMany;
        }

        var failed = false;
        foreach (var one in calls)
        {
            if (scope.Dispatch(origin, (ScaleValue.Case)one) is { } error)
            {
                failed = true;
                scope.Events.Add(Pallet, "ItemFailed", ("error", error.ToValue(scope.Runtime)));
            }
            else
            {
                scope.Events.Add(Pallet, "ItemCompleted");
            }
        }

        scope.Events.Add(Pallet, failed ? "BatchCompletedWithErrors" : "BatchCompleted");
        return null;
    }

    // The derived account keeps what its parent may call.
    private static DispatchError? AsDerivative(CallScope scope, Origin origin, ScaleValue.Case call) => scope.Dispatch(
        origin with { Who = DerivedAccount.OfIndex(origin.Who, call["index"].ToUInt16()) },
        (ScaleValue.Case)call["call"]);

    private static DispatchError.InPallet? TooMany(CallScope scope, int count) =>
        (ulong)count > scope.Runtime.Constant(Pallet, "batched_calls_limit")
            ? new DispatchError.InPallet(Pallet, "TooManyCalls")
            : null;
}
