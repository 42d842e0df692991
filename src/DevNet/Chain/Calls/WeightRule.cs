using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.Subnets;

namespace Gateway.DevNet.Chain.Calls;

/// <summary>What a validator must be and do for its weights to stand, in the order of the network's checks
/// (opentensor/subtensor at spec 224, do_set_weights).</summary>
internal static class WeightRule
{
    public static DispatchError? Apply(CallScope scope, AccountId hotkey, WeightVector vector)
    {
        if (ProblemOf(scope, hotkey, vector) is { } problem)
        {
            return new DispatchError.InPallet(SubnetState.Pallet, problem);
        }

        var uid = scope.Subnets.UidOf(vector.NetUid, hotkey)!.Value;
        scope.Subnets.Set("Weights", vector.NetUid, uid, vector.Uids.Zip(vector.Stretched()));
        if (!Commits(scope, vector.NetUid))
        {
            Touch(scope, vector.NetUid, uid);
        }

        scope.Events.AddUnnamed(
            SubnetState.Pallet,
            ScaleValue.CaseOf("WeightsSet", ScaleValue.Of(vector.NetUid), ScaleValue.Of(uid)));
        return null;
    }

    /// <summary>Whether enough blocks passed since the neuron spoke last.</summary>
    public static bool KeepsRate(CallScope scope, ushort netuid, ushort uid)
    {
        var last = scope.Subnets.Numbers("LastUpdate", netuid)[uid];
        return last == 0
            || scope.Block - last >= scope.Subnets.Number("WeightsSetRateLimit", SubnetState.Key(netuid));
    }

    /// <summary>Notes that a neuron spoke in this block.</summary>
    public static void Touch(CallScope scope, ushort netuid, ushort uid)
    {
        var updates = scope.Subnets.Numbers("LastUpdate", netuid);
        updates[uid] = scope.Block;
        scope.Subnets.Set("LastUpdate", netuid, updates);
    }

    private static string? ProblemOf(CallScope scope, AccountId hotkey, WeightVector vector)
    {
        var state = scope.Subnets;
        return vector.NetUid == SubnetState.Root ? "CanNotSetRootNetworkWeights"
            : vector.Uids.Length != vector.Values.Length ? "WeightVecNotEqualSize"
            : !state.Exists(vector.NetUid) ? "SubNetworkDoesNotExist"
            : vector.Uids.Length > state.Count(vector.NetUid) ? "UidsLengthExceedUidsInSubNet"
            : state.UidOf(vector.NetUid, hotkey) is not { } uid ? "HotKeyNotRegisteredInSubNet"
            : ProblemOfNeuron(scope, hotkey, uid, vector) ?? ProblemOfVector(state, uid, vector);
    }

    private static string? ProblemOfNeuron(CallScope scope, AccountId hotkey, ushort uid, WeightVector vector)
    {
        var (state, net) = (scope.Subnets, SubnetState.Key(vector.NetUid));
        var version = state.Number("WeightsVersionKey", net);
        return state.Number("StakeThreshold") > new StakeBook(state).Of(hotkey, vector.NetUid)
                ? "NotEnoughStakeToSetWeights"
            : vector.VersionKey < version ? "IncorrectWeightVersionKey"
            : !Commits(scope, vector.NetUid) && !KeepsRate(scope, vector.NetUid, uid) ? "SettingWeightsTooFast"
            : !vector.IsOnlySelf(uid) && !state.Flags("ValidatorPermit", vector.NetUid)[uid]
                ? "NeuronNoValidatorPermit"
            : null;
    }

    private static string? ProblemOfVector(SubnetState state, ushort uid, WeightVector vector)
    {
        var (count, net) = (state.Count(vector.NetUid), SubnetState.Key(vector.NetUid));
        var least = Math.Min(count, state.Number("MinAllowedWeights", net));
        return vector.Uids.Distinct().Count() != vector.Uids.Length ? "DuplicateUids"
            : vector.Uids.Any(one => one >= count) ? "UidVecContainInvalidOne"
            : !vector.IsOnlySelf(uid) && (ulong)vector.Uids.Length < least ? "WeightVecLengthIsLow"
            : !vector.IsOnlySelf(uid) && IsOverLimit(vector, state.Number("MaxWeightsLimit", net))
                ? "MaxWeightExceeded"
            : null;
    }

    private static bool IsOverLimit(WeightVector vector, ulong limit)
    {
        var sum = vector.Values.Sum(value => (long)value);
        return limit != ushort.MaxValue && sum > 0
            && (ulong)vector.Values.Max() * ushort.MaxValue / (ulong)sum > limit;
    }

    private static bool Commits(CallScope scope, ushort netuid) =>
        scope.Subnets.Flag("CommitRevealWeightsEnabled", SubnetState.Key(netuid));
}
