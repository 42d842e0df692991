using System.Collections.Immutable;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Metagraph;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Weights;

/// <summary>What a validator must know of a subnet before it speaks there, at one finalized block.</summary>
/// <param name="Terms">What the chain asks.</param>
/// <param name="Clock">The subnet's epochs.</param>
/// <param name="Commits">The validator's own commitments that the chain has, oldest first.</param>
internal sealed record WeightView(WeightTerms Terms, RevealClock Clock, ImmutableArray<ChainCommit> Commits)
{
    private const ulong AssumedCutoff = 5000;

    private static readonly string[] Needed =
    [
        "NetworksAdded", "SubnetworkN", "Tempo", "WeightsVersionKey", "WeightsSetRateLimit", "MinAllowedWeights",
        "CommitRevealWeightsEnabled", "RevealPeriodEpochs", "ValidatorPermit", "LastUpdate",
    ];

    private static readonly string[] SinceOrUntil = ["MaxWeightsLimit", "SubnetEpochIndex", "ActivityCutoff"];

    /// <summary>Blocks after which a validator that said nothing is not heard any more.</summary>
    public ulong ActivityCutoff { get; init; }

    /// <summary>Reads it; null where there is no such subnet.</summary>
    /// <exception cref="Rpc.RpcException">No answer.</exception>
    /// <exception cref="ScaleException">Bytes of another form.</exception>
    /// <exception cref="Metadata.RuntimeDriftException">The runtime has no such items.</exception>
    public static async Task<WeightView?> ReadAsync(
        ReadPoint at, ushort netuid, ReadOnlyMemory<byte> who, CancellationToken cancellationToken)
    {
        var (net, own) = (ScaleValue.Of(netuid), ScaleValue.Of(who.Span));
        var items = await at.ReadAsync([.. Needed, .. SinceOrUntil.Where(at.Has)], net, cancellationToken);
        if (!items["NetworksAdded"]!.ToBoolean())
        {
            return null;
        }

        var uid = (await at.ReadAsync("Uids", [at.Key("Uids", net, own)], cancellationToken))[0];
        var commits = await at.ReadAsync("WeightCommits", [at.Key("WeightCommits", net, own)], cancellationToken);
        var clock = RevealClock.Of(
            netuid, items["Tempo"]!.ToUInt64(), items["RevealPeriodEpochs"]!.ToUInt64(),
            items.GetValueOrDefault("SubnetEpochIndex")?.ToUInt64());
        var terms = TermsOf(at, netuid, uid?.ToUInt16(), items);
        var held = OpenOf(commits[0], clock, (ulong)at.Block + 1);
        return new WeightView(
            terms with { Stake = await StakeAsync(at, net, own, cancellationToken), OpenCommits = held.Length },
            clock,
            held)
        {
            ActivityCutoff = items.GetValueOrDefault("ActivityCutoff")?.ToUInt64() ?? AssumedCutoff,
        };
    }

    private static WeightTerms TermsOf(
        ReadPoint at, ushort netuid, ushort? uid, IReadOnlyDictionary<string, ScaleValue?> items) =>
        new(netuid, items["SubnetworkN"]!.ToUInt16(), uid)
        {
            HasPermit = uid is { } own && At(items["ValidatorPermit"]!, own)?.ToBoolean() == true,
            VersionKey = items["WeightsVersionKey"]!.ToUInt64(),
            Block = (ulong)at.Block + 1,
            LastUpdate = uid is { } place ? At(items["LastUpdate"]!, place)?.ToUInt64() ?? 0 : 0,
            RateLimit = items["WeightsSetRateLimit"]!.ToUInt64(),
            MinAllowedWeights = items["MinAllowedWeights"]!.ToUInt16(),
            MaxWeight = items.GetValueOrDefault("MaxWeightsLimit")?.ToUInt16() ?? ushort.MaxValue,
            CommitsFirst = items["CommitRevealWeightsEnabled"]!.ToBoolean(),
        };

    // The chain also counts what children and parents lend and a part of the root stake. Only who lacks the stake
    // with all of the root's is told so before; the chain itself judges the rest.
    private static async Task<(ulong Own, ulong Least)> StakeAsync(
        ReadPoint at, ScaleValue net, ScaleValue own, CancellationToken cancellationToken)
    {
        if (!at.Has("StakeThreshold") || !at.Has("TotalHotkeyAlpha"))
        {
            return default;
        }

        var root = ScaleValue.Of((ushort)0);
        var least = (await at.ReadAsync("StakeThreshold", [at.Key("StakeThreshold")], cancellationToken))[0]!;
        var held = await at.ReadAsync(
            "TotalHotkeyAlpha",
            [at.Key("TotalHotkeyAlpha", own, net), at.Key("TotalHotkeyAlpha", own, root)],
            cancellationToken);
        return ((ulong)UInt128.Min(ulong.MaxValue, (UInt128)held[0]!.ToUInt64() + held[1]!.ToUInt64()),
            least.ToUInt64());
    }

    private static ImmutableArray<ChainCommit> OpenOf(ScaleValue? stored, RevealClock clock, ulong next) =>
    [
        .. (stored?.Items ?? [])
            .Select(one => new ChainCommit(HashOf(one[0]), clock.RevealEpoch(one[1].ToUInt64())))
            .Where(one => one.RevealEpoch >= clock.EpochOf(next)),
    ];

    private static Hash256 HashOf(ScaleValue value) => new(value.ToBytes().Span);

    private static ScaleValue? At(ScaleValue list, ushort place) =>
        place < list.Items.Length ? list.Items[place] : null;
}

/// <summary>A commitment as the chain has it.</summary>
/// <param name="Hash">Of the weights.</param>
/// <param name="RevealEpoch">The only epoch in which it can be revealed.</param>
internal readonly record struct ChainCommit(Hash256 Hash, ulong RevealEpoch);
