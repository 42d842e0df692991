using System.Collections.Immutable;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Submission;

/// <summary>What became of a transaction in its block, from its events. ExtrinsicSuccess alone lies: a multisig, a
/// proxy and a batch report it while the call inside failed.</summary>
/// <param name="Failures">Every failure, the transaction's own or an inner call's; empty means that all was done.
/// </param>
internal sealed record DispatchOutcome(ImmutableArray<DispatchFailure> Failures)
{
    public bool IsSuccess => Failures.IsEmpty;

    /// <summary>The outcome of the extrinsic at a position, from all events of its block.</summary>
    /// <exception cref="RuntimeDriftException">There is no word on the extrinsic, or more than one.</exception>
    public static DispatchOutcome Of(RuntimeMetadata metadata, IEnumerable<ChainEvent> events, uint extrinsic)
    {
        var own = events.Where(one => one.Extrinsic == extrinsic).ToArray();
        var last = own.Count(one => one.Is("System", "ExtrinsicSuccess") || one.Is("System", "ExtrinsicFailed"));
        return last == 1
            ? new DispatchOutcome([.. own.SelectMany(one => FailuresIn(metadata, one))])
            : throw new RuntimeDriftException($"Extrinsic {extrinsic} ended {last} times in its block's events.");
    }

    private static IEnumerable<DispatchFailure> FailuresIn(RuntimeMetadata metadata, ChainEvent one)
    {
        var name = $"{one.Pallet}.{one.Name}";
        var error = name switch
        {
            "System.ExtrinsicFailed" => one["dispatch_error"],
            "Utility.BatchInterrupted" or "Utility.ItemFailed" => one["error"],
            "SubtensorModule.BatchWeightItemFailed" => one.Value[0],
            _ => null,
        };
        if (error is not null)
        {
            yield return new DispatchFailure(name, DispatchErrors.NameOf(metadata, error));
        }

        // Multisig.MultisigExecuted, Proxy.ProxyExecuted, Utility.DispatchedAs, Sudo.Sudid, and whatever comes after
        // them: a Result that is an error is a failure, wherever it stands.
        foreach (var field in one.Value.Fields)
        {
            if (field.Value is ScaleValue.Case { Name: "Err", Fields: [var reason] })
            {
                yield return new DispatchFailure(name, DispatchErrors.NameOf(metadata, reason.Value));
            }
        }
    }
}
