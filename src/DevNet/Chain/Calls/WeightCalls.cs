using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.Subnets;

namespace Gateway.DevNet.Chain.Calls;

/// <summary>What validators think of miners, in the open or committed first (opentensor/subtensor at spec 224,
/// pallets/subtensor/src/subnets/weights.rs).</summary>
internal static class WeightCalls
{
    private const int MostCommits = 10;

    public static IReadOnlyDictionary<string, CallHandler> All { get; } = new Dictionary<string, CallHandler>
    {
        [$"{SubnetState.Pallet}.set_weights"] = Set,
        [$"{SubnetState.Pallet}.commit_weights"] = Commit,
        [$"{SubnetState.Pallet}.reveal_weights"] = Reveal,
    };

    private static DispatchError? Set(CallScope scope, Origin origin, ScaleValue.Case call) =>
        Commits(scope, call["netuid"].ToUInt16())
            ? Error("CommitRevealEnabled")
            : WeightRule.Apply(scope, origin.Who, WeightVector.Of(call, "dests", "weights"));

    private static DispatchError.InPallet? Commit(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var (state, netuid) = (scope.Subnets, call["netuid"].ToUInt16());
        if (!Commits(scope, netuid))
        {
            return Error("CommitRevealDisabled");
        }

        if (state.UidOf(netuid, origin.Who) is not { } uid)
        {
            return Error("HotKeyNotRegisteredInSubNet");
        }

        if (!WeightRule.KeepsRate(scope, netuid, uid))
        {
            return Error("CommittingWeightsTooFast");
        }

        var open = Open(scope, netuid, origin.Who).ToList();
        if (open.Count >= MostCommits)
        {
            return Error("TooManyUnrevealedCommits");
        }

        open.Add(NewCommit(scope, netuid, call["commit_hash"]));
        Write(state, netuid, origin.Who, open);
        Tell(scope, "WeightsCommitted", netuid, origin.Who, call["commit_hash"]);
        WeightRule.Touch(scope, netuid, uid);
        return null;
    }

    private static DispatchError? Reveal(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        var (state, netuid) = (scope.Subnets, call["netuid"].ToUInt16());
        if (!Commits(scope, netuid))
        {
            return Error("CommitRevealDisabled");
        }

        if (state.Find("WeightCommits", SubnetState.Key(netuid), origin.Who.ToValue()) is not { } stored)
        {
            return Error("NoWeightsCommitFound");
        }

        var hash = HashOf(origin.Who, call);
        var open = Open(scope, netuid, origin.Who).ToList();
        var place = open.FindIndex(commit => commit[0] == hash);
        if (place < 0)
        {
            return Error(stored.Items.Any(commit => commit[0] == hash) ? "ExpiredWeightCommit"
                : open.Count == 0 ? "NoWeightsCommitFound"
                : "InvalidRevealCommitHashNotMatch");
        }

        if (EpochOf(scope, netuid, scope.Block) != RevealEpoch(scope, netuid, open[place]))
        {
            return Error("RevealTooEarly");
        }

        Write(state, netuid, origin.Who, open[(place + 1)..]);
        if (WeightRule.Apply(scope, origin.Who, WeightVector.Of(call, "uids", "values")) is { } error)
        {
            return error;
        }

        Tell(scope, "WeightsRevealed", netuid, origin.Who, hash);
        return null;
    }

    private static bool Commits(CallScope scope, ushort netuid) =>
        scope.Subnets.Flag("CommitRevealWeightsEnabled", SubnetState.Key(netuid));

    // Hash, the block of the commit, the first and the last block it may be revealed in.
    private static ScaleValue.List NewCommit(CallScope scope, ushort netuid, ScaleValue hash)
    {
        var clock = ClockOf(scope, netuid);
        var epoch = clock.EpochOf(scope.Block) + Period(scope, netuid);
        var first = (epoch * (clock.Tempo + 1)) - netuid - 1;
        return ScaleValue.ListOf(
            hash, ScaleValue.Of(scope.Block), ScaleValue.Of(first), ScaleValue.Of(first + clock.Tempo));
    }

    private static IEnumerable<ScaleValue> Open(CallScope scope, ushort netuid, AccountId who) =>
        (scope.Subnets.Find("WeightCommits", SubnetState.Key(netuid), who.ToValue())?.Items ?? [])
        .Where(commit => EpochOf(scope, netuid, scope.Block) <= RevealEpoch(scope, netuid, commit));

    private static ulong RevealEpoch(CallScope scope, ushort netuid, ScaleValue commit) =>
        EpochOf(scope, netuid, commit[1].ToUInt64()) + Period(scope, netuid);

    private static ulong EpochOf(CallScope scope, ushort netuid, ulong block) => ClockOf(scope, netuid).EpochOf(block);

    private static SubnetClock ClockOf(CallScope scope, ushort netuid) =>
        new(netuid, scope.Subnets.Number("Tempo", SubnetState.Key(netuid)));

    private static ulong Period(CallScope scope, ushort netuid) =>
        scope.Subnets.Number("RevealPeriodEpochs", SubnetState.Key(netuid));

    private static void Write(SubnetState state, ushort netuid, AccountId who, List<ScaleValue> commits)
    {
        if (commits.Count == 0)
        {
            state.Remove("WeightCommits", SubnetState.Key(netuid), who.ToValue());
            return;
        }

        state.Set("WeightCommits", ScaleValue.ListOf([.. commits]), SubnetState.Key(netuid), who.ToValue());
    }

    // BLAKE2b-256 of who, the subnet, uids, values, salt and version key.
    private static ScaleValue.Bytes HashOf(AccountId who, ScaleValue.Case call)
    {
        var writer = new ScaleWriter();
        writer.WriteBytes(who.ToArray());
        writer.WriteUInt16(call["netuid"].ToUInt16());
        foreach (var list in new[] { "uids", "values", "salt" })
        {
            writer.WriteLength(call[list].Items.Length);
            foreach (var number in call[list].Items)
            {
                writer.WriteUInt16(number.ToUInt16());
            }
        }

        writer.WriteUInt64(call["version_key"].ToUInt64());
        return ScaleValue.Of(Hash256.Of(writer.Written).Bytes);
    }

    private static void Tell(CallScope scope, string name, ushort netuid, AccountId who, ScaleValue hash) =>
        scope.Events.AddUnnamed(
            SubnetState.Pallet, ScaleValue.CaseOf(name, who.ToValue(), ScaleValue.Of(netuid), hash));

    private static DispatchError.InPallet Error(string name) => new(SubnetState.Pallet, name);
}
