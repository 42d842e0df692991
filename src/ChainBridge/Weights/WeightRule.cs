namespace Gateway.ChainBridge.Weights;

/// <summary>The chain's own checks, made before a fee is paid for a refusal (opentensor/subtensor,
/// pallets/subtensor/src/subnets/weights.rs).</summary>
internal static class WeightRule
{
    /// <summary>The most commitments that wait for their reveal.</summary>
    public const int MostCommits = 10;

    private const int Root = 0;

    /// <summary>The error that the chain would answer with, by its name; null when it takes the weights.</summary>
    public static string? Problem(WeightTerms terms, WeightSet weights, ulong versionKey) =>
        terms.NetUid == Root ? "CanNotSetRootNetworkWeights"
        : weights.Uids.Length != weights.Values.Length ? "WeightVecNotEqualSize"
        : weights.Uids.Length > terms.Count ? "UidsLengthExceedUidsInSubNet"
        : terms.Uid is not { } own ? "HotKeyNotRegisteredInSubNet"
        : OfNeuron(terms, weights, own, versionKey) ?? OfVector(terms, weights, own);

    /// <summary>Whether it spoke too short a time ago, which passes by itself.</summary>
    public static bool IsTooFast(WeightTerms terms) =>
        terms.LastUpdate != 0 && terms.Block < terms.LastUpdate + terms.RateLimit;

    private static string? OfNeuron(WeightTerms terms, WeightSet weights, ushort own, ulong versionKey) =>
        terms.Stake.Own < terms.Stake.Least ? "NotEnoughStakeToSetWeights"
        : versionKey < terms.VersionKey ? "IncorrectWeightVersionKey"
        : IsTooFast(terms) ? terms.CommitsFirst ? "CommittingWeightsTooFast" : "SettingWeightsTooFast"
        : terms.CommitsFirst && terms.OpenCommits >= MostCommits ? "TooManyUnrevealedCommits"
        : !IsOnlySelf(weights, own) && !terms.HasPermit ? "NeuronNoValidatorPermit"
        : null;

    private static string? OfVector(WeightTerms terms, WeightSet weights, ushort own) =>
        weights.Uids.Distinct().Count() != weights.Uids.Length ? "DuplicateUids"
        : weights.Uids.Any(uid => uid >= terms.Count) ? "UidVecContainInvalidOne"
        : !IsOnlySelf(weights, own) && weights.Uids.Length < Math.Min(terms.Count, terms.MinAllowedWeights)
            ? "WeightVecLengthIsLow"
        : !IsOnlySelf(weights, own) && IsOverLimit(terms, weights) ? "MaxWeightExceeded"
        : null;

    // A part of the sum in 65535ths, as the chain compares it.
    private static bool IsOverLimit(WeightTerms terms, WeightSet weights)
    {
        var sum = weights.Values.Sum(value => (long)value);
        return terms.MaxWeight != ushort.MaxValue && sum > 0
            && (long)weights.Values.Max() * ushort.MaxValue / sum > terms.MaxWeight;
    }

    private static bool IsOnlySelf(WeightSet weights, ushort own) => weights.Uids is [var only] && only == own;
}
