using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;

namespace Gateway.DevNet.Chain.Calls;

/// <summary>Several signatories agree on a call (paritytech/polkadot-sdk, substrate/frame/multisig).</summary>
internal static class MultisigCalls
{
    private const string Pallet = "Multisig";
    private const string Item = "Multisigs";

    public static IReadOnlyDictionary<string, CallHandler> All { get; } = new Dictionary<string, CallHandler>
    {
        [$"{Pallet}.as_multi"] = AsMulti,
        [$"{Pallet}.approve_as_multi"] = ApproveAsMulti,
        [$"{Pallet}.cancel_as_multi"] = CancelAsMulti,
    };

    private static DispatchError? AsMulti(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var request = MultisigRequest.Read(
            scope, origin.Who, call, scope.HashOf(call["call"]), call["maybe_timepoint"].ToOptional());
        return request.Problem ?? Operate(scope, request, (ScaleValue.Case)call["call"], call["max_weight"]);
    }

    private static DispatchError? ApproveAsMulti(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var request = MultisigRequest.Read(
            scope, origin.Who, call, call["call_hash"], call["maybe_timepoint"].ToOptional());
        return request.Problem ?? Operate(scope, request, call: null, call["max_weight"]);
    }

    private static DispatchError? CancelAsMulti(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var request = MultisigRequest.Read(scope, origin.Who, call, call["call_hash"], call["timepoint"]);
        if (request.Problem is { } problem)
        {
            return problem;
        }

        if (Find(scope, request) is not { } open)
        {
            return Error("NotFound");
        }

        if (open["when"] != request.Timepoint || AccountId.Of(open["depositor"]) != origin.Who)
        {
            return Error(open["when"] != request.Timepoint ? "WrongTimepoint" : "NotOwner");
        }

        Close(scope, request, open);
        scope.Events.Add(
            Pallet,
            "MultisigCancelled",
            ("cancelling", origin.Who.ToValue()),
            ("timepoint", open["when"]),
            ("multisig", request.Account.ToValue()),
            ("call_hash", request.CallHash));
        return null;
    }

    private static DispatchError? Operate(
        CallScope scope, MultisigRequest request, ScaleValue.Case? call, ScaleValue mostWeight)
    {
        if (Find(scope, request) is { } open)
        {
            return request.Timepoint is null ? Error("NoTimepoint")
                : open["when"] != request.Timepoint ? Error("WrongTimepoint")
                : Agree(scope, request, open, call, mostWeight);
        }

        scope.ReturnWeight(call is null ? 0 : mostWeight["ref_time"].ToUInt64());
        return request.Timepoint is null ? Open(scope, request) : Error("UnexpectedTimepoint");
    }

    private static DispatchError.InPallet? Agree(
        CallScope scope, MultisigRequest request, ScaleValue open, ScaleValue.Case? call, ScaleValue mostWeight)
    {
        var approvals = open["approvals"].Items.Select(AccountId.Of).ToList();
        var isNew = !approvals.Contains(request.Who) && approvals.Count < request.Threshold;
        if (call is not null && approvals.Count + (isNew ? 1 : 0) >= request.Threshold)
        {
            return Execute(scope, request, open, call, mostWeight["ref_time"].ToUInt64());
        }

        scope.ReturnWeight(call is null ? 0 : mostWeight["ref_time"].ToUInt64());
        if (!isNew)
        {
            return Error("AlreadyApproved");
        }

        approvals.Add(request.Who);
        approvals.Sort();
        Store(scope, request, open["when"], open["deposit"], AccountId.Of(open["depositor"]), approvals);
        scope.Events.Add(
            Pallet,
            "MultisigApproval",
            ("approving", request.Who.ToValue()),
            ("timepoint", open["when"]),
            ("multisig", request.Account.ToValue()),
            ("call_hash", request.CallHash));
        return null;
    }

    private static DispatchError.InPallet? Execute(
        CallScope scope, MultisigRequest request, ScaleValue open, ScaleValue.Case call, ulong mostWeight)
    {
        var weight = CallWeight.Of(call);
        if (weight > mostWeight)
        {
            return Error("MaxWeightTooLow");
        }

        scope.ReturnWeight(mostWeight - weight);
        Close(scope, request, open);
        var result = scope.Dispatch(new Origin(request.Account), call);
        scope.Events.Add(
            Pallet,
            "MultisigExecuted",
            ("approving", request.Who.ToValue()),
            ("timepoint", open["when"]),
            ("multisig", request.Account.ToValue()),
            ("call_hash", request.CallHash),
            ("result", DispatchError.ToResult(result, scope.Runtime)));
        return null;
    }

    private static DispatchError? Open(CallScope scope, MultisigRequest request)
    {
        var deposit = scope.Runtime.Constant(Pallet, "DepositBase")
            + (scope.Runtime.Constant(Pallet, "DepositFactor") * request.Threshold);
        if (scope.Accounts.Reserve(request.Who, deposit) is { } error)
        {
            return error;
        }

        var when = ScaleValue.RecordOf(
            ("height", ScaleValue.Of(scope.Block)), ("index", ScaleValue.Of(scope.Extrinsic)));
        Store(scope, request, when, ScaleValue.Of(deposit), request.Who, [request.Who]);
        scope.Events.Add(
            Pallet,
            "NewMultisig",
            ("approving", request.Who.ToValue()),
            ("multisig", request.Account.ToValue()),
            ("call_hash", request.CallHash));
        return null;
    }

    private static ScaleValue? Find(CallScope scope, MultisigRequest request) =>
        scope.State.Find(Pallet, Item, request.Account.ToValue(), request.CallHash);

    private static void Store(
        CallScope scope,
        MultisigRequest request,
        ScaleValue when,
        ScaleValue deposit,
        AccountId depositor,
        IEnumerable<AccountId> approvals) => scope.State.Set(
            Pallet,
            Item,
            ScaleValue.RecordOf(
                ("when", when),
                ("deposit", deposit),
                ("depositor", depositor.ToValue()),
                ("approvals", ScaleValue.ListOf([.. approvals.Select(one => one.ToValue())]))),
            request.Account.ToValue(),
            request.CallHash);

    private static void Close(CallScope scope, MultisigRequest request, ScaleValue open)
    {
        scope.State.Remove(Pallet, Item, request.Account.ToValue(), request.CallHash);
        scope.Accounts.Unreserve(AccountId.Of(open["depositor"]), open["deposit"].ToUInt64());
    }

    private static DispatchError.InPallet Error(string name) => new(Pallet, name);
}
