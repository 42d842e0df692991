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
    private const long OutputTokens = 1024;

    /// <summary>All upstreams of a view, in the order of subnets and uids.</summary>
    public IReadOnlyList<Upstream> From(MetagraphView view) =>
    [
        .. settings.Subnets.SelectMany(policy =>
            view.Subnets.TryGetValue(policy.NetUid, out var subnet) ? From(policy, subnet) : []),
    ];

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
