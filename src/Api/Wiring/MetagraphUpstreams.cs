using System.Net;
using System.Net.Sockets;
using Gateway.Api.Hosting;
using Gateway.ChainBridge;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Wiring;

/// <summary>Makes upstreams of the miners that the chain names: those whose address may be dialled and whose models
/// are known.</summary>
/// <param name="settings">The subnets' policies.</param>
/// <param name="ownModels">What a miner says it serves itself; null asks the subnet's policy.</param>
internal sealed class MetagraphUpstreams(
    GatewaySettings settings, Func<Hotkey, IReadOnlyList<ModelId>?> ownModels)
{
    /// <summary>It says of no address that it serves.</summary>
    public const string NoAxon = "no_axon";

    /// <summary>Nobody knows what it serves.</summary>
    public const string NoModel = "no_model";

    private const long OutputTokens = 1024;

    /// <summary>All upstreams of a view, in the order of subnets and uids.</summary>
    public IReadOnlyList<Upstream> From(MetagraphView view) =>
    [
        .. settings.Subnets.SelectMany(policy =>
            view.Subnets.TryGetValue(policy.NetUid, out var subnet) ? From(policy, subnet) : []),
    ];

    /// <summary>Why neurons of a subnet are no upstreams, by uid: <c>no_axon</c>, what the filter has against the
    /// address, or <c>no_model</c>.</summary>
    public IReadOnlyDictionary<int, string> Left(SubnetView subnet)
    {
        if (settings.Subnets.FirstOrDefault(policy => policy.NetUid == subnet.Snapshot.NetUid) is not { } policy)
        {
            return new Dictionary<int, string>();
        }

        var filter = AxonFilters.Of(settings, policy.Ports);
        return subnet.Snapshot.Neurons
            .Select(neuron => (neuron.Uid, Reason: Reason(policy, filter, neuron)))
            .Where(one => one.Reason is not null)
            .ToDictionary(one => one.Uid, one => one.Reason!);
    }

    private string? Reason(SubnetPolicy policy, AxonFilter filter, Neuron neuron) =>
        neuron.Axon is not { } axon ? NoAxon
        : filter.Problem(new IPEndPoint(axon.Address, axon.Port)) is { } problem ? problem
        : (ownModels(neuron.Hotkey) ?? policy.Models).Count == 0 ? NoModel
        : null;

    private List<Upstream> From(SubnetPolicy policy, SubnetView subnet)
    {
        var filter = AxonFilters.Of(settings, policy.Ports);
        var miners = subnet.Snapshot.Neurons
            .Where(neuron => neuron.Axon is { } axon
                && filter.Problem(new IPEndPoint(axon.Address, axon.Port)) is null)
            .Select(neuron => (Neuron: neuron, Models: ownModels(neuron.Hotkey) ?? policy.Models))
            .Where(miner => miner.Models.Count > 0)
            .ToArray();
        var scores = subnet.IsStale || !policy.IncentiveCounts
            ? null
            : Percentiles([.. miners.Select(miner => miner.Neuron.Incentive)]);
        return
        [
            .. miners.SelectMany((miner, place) => miner.Models.Select(model =>
                Of(policy, miner.Neuron, model, scores?[place]))),
        ];
    }

    private Upstream Of(SubnetPolicy policy, Neuron neuron, ModelId model, double? percentile) => new(
        $"sn{policy.NetUid}/{neuron.Hotkey}", model, AddressOf(neuron.Axon!, policy.Path), policy.Dialect,
        policy.Features,
        settings.IsDevNet ? Quality.Demo : Quality.Real, policy.NetUid, neuron.Uid, neuron.Hotkey, OutputTokens)
    {
        Task = settings.IsDevNet ? DevNetDefaults.TaskOf(model) : policy.Task,
        Operator = neuron.Coldkey,
        IncentivePercentile = percentile,
        RegisteredAt = neuron.RegisteredAt,
    };

    private static Uri AddressOf(Axon axon, string path) => new(
        axon.Address.AddressFamily == AddressFamily.InterNetworkV6
            ? $"http://[{axon.Address}]:{axon.Port}/{path}"
            : $"http://{axon.Address}:{axon.Port}/{path}");

    /// <summary>Ranks from 0 to 1, equals in the middle of theirs; null where all are alike, which says nothing.
    /// </summary>
    internal static double[]? Percentiles(ushort[] scores)
    {
        if (scores.Distinct().Count() < 2)
        {
            return null;
        }

        var sorted = scores.Order().ToArray();
        return [.. scores.Select(score =>
        {
            var first = Array.IndexOf(sorted, score);
            var last = Array.LastIndexOf(sorted, score);
            return (first + last) / 2d / (sorted.Length - 1);
        })];
    }
}
