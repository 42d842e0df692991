using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;

namespace Gateway.DevNet.Chain.Calls;

/// <summary>A signatory's word on a call.</summary>
/// <param name="Who">The signatory.</param>
/// <param name="Account">The account of all signatories together.</param>
/// <param name="Threshold">How many must agree.</param>
/// <param name="CallHash">The call's BLAKE2b-256.</param>
/// <param name="Timepoint">Where the call was first approved, as the signatory says; null for a first approval.</param>
/// <param name="Problem">Why the signatories are refused, or null.</param>
internal sealed record MultisigRequest(
    AccountId Who,
    AccountId Account,
    ushort Threshold,
    ScaleValue CallHash,
    ScaleValue? Timepoint,
    DispatchError? Problem)
{
    private const string Pallet = "Multisig";

    public static MultisigRequest Read(
        CallScope scope, AccountId who, ScaleValue.Case call, ScaleValue callHash, ScaleValue? timepoint)
    {
        var threshold = call["threshold"].ToUInt16();
        var others = call["other_signatories"].Items.Select(AccountId.Of).ToArray();
        var account = DerivedAccount.OfMultisig([.. others.Append(who).Order()], threshold);
        return new(who, account, threshold, callHash, timepoint, FindProblem(scope, who, threshold, others));
    }

    private static DispatchError.InPallet? FindProblem(
        CallScope scope, AccountId who, ushort threshold, AccountId[] others)
    {
        var name = threshold < 2 ? "MinimumThreshold"
            : others.Length == 0 ? "TooFewSignatories"
            : (ulong)others.Length >= scope.Runtime.Constant(Pallet, "MaxSignatories") ? "TooManySignatories"
            : others.Contains(who) ? "SenderInSignatories"
            : others.Zip(others.Skip(1)).Any(pair => pair.First.CompareTo(pair.Second) >= 0) ? "SignatoriesOutOfOrder"
            : null;
        return name is null ? null : new DispatchError.InPallet(Pallet, name);
    }
}
