using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.Calls;

/// <summary>Execution time that calls declare, in picoseconds. The figures are of the order of the network's and are
/// not its own.</summary>
internal static class CallWeight
{
    /// <summary>What every extrinsic takes (polkadot-sdk's ExtrinsicBaseWeight is of this order).</summary>
    public const ulong Base = 108_000_000;

    private const ulong Plain = 100_000_000;
    private const ulong OfTransfer = 160_000_000;
    private const ulong OfMultisig = 150_000_000;
    private const ulong OfSubtensor = 300_000_000;

    // Who states a weight of 2^64 - 1 owes a fee nobody has; sums of such weights must not overflow.
    private const ulong Most = ulong.MaxValue / 16;

    public static ulong Of(ScaleValue call)
    {
        var inner = (ScaleValue.Case)call[0];
        return (call.CaseName, inner.Name) switch
        {
            ("Balances", _) => OfTransfer,
            ("Utility", "batch" or "batch_all" or "force_batch") => Add(Plain, OfAll(inner["calls"].Items.AsSpan())),
            ("Utility", "as_derivative") or ("Proxy", "proxy") => Add(Plain, Of(inner["call"])),
            ("Multisig", "as_multi") => Add(OfMultisig, inner["max_weight"]["ref_time"].ToUInt64()),
            ("Multisig", _) => OfMultisig,
            ("SubtensorModule", _) => OfSubtensor,
            _ => Plain,
        };
    }

    /// <summary>Whether a call costs its sender nothing: those of hotkeys, which hold no TAO (opentensor/subtensor,
    /// macros/dispatches.rs, Pays::No).</summary>
    public static bool IsFree(ScaleValue call) => call.CaseName == "SubtensorModule"
        && call[0].CaseName is "serve_axon" or "set_weights" or "commit_weights" or "reveal_weights";

    public static ulong OfAll(ReadOnlySpan<ScaleValue> calls)
    {
        var sum = 0UL;
        foreach (var call in calls)
        {
            sum = Add(sum, Of(call));
        }

        return sum;
    }

    /// <summary>The sum of two weights, or the most there is.</summary>
    public static ulong Add(ulong sum, ulong weight) => Math.Min(Most, sum + Math.Min(Most, weight));
}
