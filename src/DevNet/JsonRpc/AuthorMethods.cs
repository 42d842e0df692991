using System.Text.Json.Nodes;
using Gateway.DevNet.Chain.Transactions;

namespace Gateway.DevNet.JsonRpc;

/// <summary>Transactions on their way into blocks, and what they would cost.</summary>
internal static class AuthorMethods
{
    public static IReadOnlyDictionary<string, RpcHandler> All { get; } = new Dictionary<string, RpcHandler>
    {
        ["author_submitExtrinsic"] = call => Require(call.Chain.Submit(call.Bytes(0))).Hash.ToString(),
        ["author_submitAndWatchExtrinsic"] = call => Subscriptions.Of(call).AddExtrinsic(call.Bytes(0)),
        ["author_unwatchExtrinsic"] = ChainMethods.Unsubscribe,
        ["author_pendingExtrinsics"] = call => new JsonArray(
            [.. call.Chain.Pending.Select(bytes => JsonValue.Create(Hex.Of(bytes)))]),
        ["payment_queryInfo"] = QueryInfo,
    };

    /// <exception cref="RpcException">The pool did not take it.</exception>
    internal static Submission Require(Submission answer)
    {
        var title = answer.Outcome switch
        {
            SubmissionOutcome.Taken => null,
            SubmissionOutcome.Invalid => "Invalid Transaction",
            SubmissionOutcome.Known => "Transaction is already imported",
            SubmissionOutcome.LowPriority => "Priority is too low",
            SubmissionOutcome.PoolFull => "Immediately Dropped",
        };
        return title is null ? answer : throw new RpcException((int)answer.Outcome, title, answer.Reason);
    }

    private static JsonObject QueryInfo(RpcCall call)
    {
        var (weight, fee) = RuntimeApis.Cost(call.StateAt(1), call.Bytes(0));
        return new JsonObject
        {
            ["weight"] = new JsonObject { ["ref_time"] = weight, ["proof_size"] = 0 },
            ["class"] = "normal",
            ["partialFee"] = fee.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
    }
}
