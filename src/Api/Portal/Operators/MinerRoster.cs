using Gateway.Api.Hosting;
using Gateway.Api.Operators;
using Gateway.Api.Wiring;
using Gateway.ChainBridge;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Portal.Operators;

/// <summary>A neuron of a followed subnet, and whether it is asked.</summary>
/// <param name="Subnet">Where it is.</param>
/// <param name="Neuron">What the chain says of it.</param>
/// <param name="State"><c>in</c>, or why not: <c>quarantined</c>, <c>subnet_off</c>, <c>no_axon</c>, <c>no_model</c>,
/// <c>refused</c>, <c>failing</c>.</param>
internal sealed record MinerLine(NetUid Subnet, Neuron Neuron, string State)
{
    public const string In = "in";
    public const string Quarantined = "quarantined";
    public const string Off = "subnet_off";
    public const string Refused = "refused";
    public const string Failing = "failing";

    /// <summary>What the filter has against its address, when that is why.</summary>
    public string? Problem { get; init; }

    /// <summary>What was said of it, in quarantine.</summary>
    public OperatorMark? Mark { get; init; }

    /// <summary>What it is asked for.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>How the router sees it, once for each model that it chats with.</summary>
    public IReadOnlyList<ExpertStanding> Standings { get; init; } = [];

    /// <summary>How the console names it.</summary>
    public string Name => OperatorWord.NameOf(Subnet, Neuron.Hotkey);
}

/// <summary>Every neuron of the followed subnets, each with why it is asked or not.</summary>
internal sealed class MinerRoster(
    GatewaySettings settings, MetagraphLink metagraph, UpstreamSnapshots upstreams, RouteBoard board,
    OperatorMarks marks)
{
    /// <summary>The subnets that have a policy, each with what is known of it on the chain; null: nothing yet.
    /// </summary>
    public IReadOnlyList<(SubnetPolicy Policy, SubnetView? View)> Subnets =>
    [
        .. settings.Subnets.Select(policy => (policy, metagraph.Current?.Current.Subnets.GetValueOrDefault(
            policy.NetUid))),
    ];

    /// <summary>All of them, in the order of subnets and uids.</summary>
    public IReadOnlyList<MinerLine> Read()
    {
        var word = marks.Current;
        var asked = upstreams.Current.Upstreams.Where(upstream => upstream.Uid is not null)
            .ToLookup(upstream => (upstream.NetUid!.Value, upstream.Uid!.Value), upstream => upstream.Model.Value);
        var standings = board.Experts.Where(expert => expert.Uid is not null)
            .ToLookup(expert => (expert.NetUid!.Value, expert.Uid!.Value));
        return
        [
            .. Subnets.Where(subnet => subnet.View is not null).SelectMany(subnet =>
            {
                var left = upstreams.Left(subnet.View!);
                return subnet.View!.Snapshot.Neurons.Select(neuron => Of(
                    subnet.Policy.NetUid, neuron, left.GetValueOrDefault(neuron.Uid), word) with
                {
                    Models = [.. asked[(subnet.Policy.NetUid, neuron.Uid)]],
                    Standings = [.. standings[(subnet.Policy.NetUid, neuron.Uid)]],
                });
            }).Select(Judged),
        ];
    }

    /// <summary>What was said of miners that are on their subnet no more.</summary>
    public IReadOnlyList<OperatorMark> Gone(IReadOnlyList<MinerLine> lines)
    {
        var here = lines.Select(line => line.Name).ToHashSet(StringComparer.Ordinal);
        return [.. marks.Current.Marks.Where(mark =>
            mark.Kind == OperatorWord.Quarantine && !here.Contains(mark.Subject))];
    }

    private static MinerLine Of(NetUid subnet, Neuron neuron, string? left, OperatorWord word)
    {
        var mark = word.Find(OperatorWord.Quarantine, OperatorWord.NameOf(subnet, neuron.Hotkey));
        var state = mark is not null ? MinerLine.Quarantined
            : word.IsOff(subnet) ? MinerLine.Off
            : left is null or MetagraphUpstreams.NoAxon or MetagraphUpstreams.NoModel ? left ?? MinerLine.In
            : MinerLine.Refused;
        return new(subnet, neuron, state) { Mark = mark, Problem = state == MinerLine.Refused ? left : null };
    }

    // Who fails is still an upstream: the breaker lets one request through from time to time.
    private static MinerLine Judged(MinerLine line) =>
        line.State == MinerLine.In && line.Standings.Count > 0 && line.Standings.All(one => one.IsEjected)
            ? line with { State = MinerLine.Failing }
            : line;
}
