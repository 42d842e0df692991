using Gateway.Core;
using Gateway.Router.Gating;
using Gateway.Router.Load;
using Microsoft.Extensions.Logging;

namespace Gateway.Router.Planning;

/// <summary>The newest view: follows the snapshot of upstreams at once, and the gate as it learns.</summary>
internal sealed partial class RoutingViews(
    IUpstreamSource source, IModelPrices prices, LoadTable loads, GateOwner owner, ILogger<RoutingViews> logger)
{
    private const double TokensPerMillion = 1_000_000;
    private const int OnNoSubnet = -1;

    private readonly Lock _gate = new();
    private RoutingView? _view;
    private int _masked;

    /// <summary>The newest view; builds a new one on the caller's thread when the upstreams have changed.</summary>
    internal RoutingView Current
    {
        get
        {
            var snapshot = source.Current;
            var view = Volatile.Read(ref _view);
            if (view is null || !ReferenceEquals(view.Table.Snapshot, snapshot))
            {
                return Rebuild(snapshot);
            }

            var gate = owner.Current;
            if (ReferenceEquals(gate, view.Gate) || !ReferenceEquals(gate.Miners, view.Table.Miners))
            {
                return view;
            }

            view = new(view.Table, gate);
            Volatile.Write(ref _view, view);
            return view;
        }
    }

    /// <summary>Plans a request that is no chat.</summary>
    internal Planned PlanTask(RouteRequest request) => TaskPlanner.Plan(source.Current, loads, prices, request);

    /// <summary>The models of which some expert can do all of this, by name.</summary>
    internal IReadOnlyList<ModelId> ModelsWith(Features features) =>
    [
        .. source.Current.Upstreams
            .Where(upstream => upstream.Task == ModelTask.Chat && (upstream.Features & features) == features)
            .Select(static upstream => upstream.Model).Distinct()
            .OrderBy(static model => model.Value, StringComparer.Ordinal),
    ];

    /// <summary>Takes over prices that have changed.</summary>
    internal void FollowPrices()
    {
        var view = Current;
        if (Array.Exists(view.Table.Groups, group => PricesOf(group.Model) != group.Prices))
        {
            Build(view.Table.Snapshot);
        }
    }

    private RoutingView Rebuild(UpstreamSnapshot snapshot)
    {
        lock (_gate)
        {
            return _view is { } view && ReferenceEquals(view.Table.Snapshot, snapshot) ? view : Build(snapshot);
        }
    }

    private RoutingView Build(UpstreamSnapshot snapshot)
    {
        lock (_gate)
        {
            loads.Prune(snapshot);
            Upstream[] chats = [.. snapshot.Upstreams.Where(upstream => upstream.Task == ModelTask.Chat)];
            var facts = Array.ConvertAll(chats, FactsOf);
            var numbers = Array.Empty<int>();
            var view = owner.Enter(
                (_, gate) => new RoutingView(new(snapshot, chats, numbers, gate, loads, prices), gate),
                book => numbers = book.SetMiners(facts));
            Note(numbers.Count(static number => number < 0));
            Volatile.Write(ref _view, view);
            return view;
        }
    }

    private void Note(int masked)
    {
        if (masked > 0 && masked != _masked)
        {
            Log.Masked(logger, masked);
        }

        _masked = masked;
    }

    private ModelPrices PricesOf(ModelId model) => prices.TryGet(model, out var found) ? found : default;

    private MinerFacts FactsOf(Upstream upstream)
    {
        var price = PricesOf(upstream.Model);
        var key = KeyOf(upstream);
        return new(key, upstream.Operator ?? key.Hotkey, null, Usd(price.Input), Usd(price.Output))
        {
            Percentile = upstream.IncentivePercentile,
        };
    }

    /// <summary>Who an upstream is to the gate: a hotkey that registered anew is somebody else.</summary>
    internal static MinerKey KeyOf(Upstream upstream) => new(
        upstream.NetUid?.Value ?? OnNoSubnet, upstream.Hotkey?.Ss58 ?? upstream.Name, upstream.RegisteredAt ?? 0,
        upstream.Model.Value);

    private static double Usd(TokenPrice price) => price.PicoUsd / (TokensPerMillion * TokensPerMillion);

    private static partial class Log
    {
        [LoggerMessage(1000, LogLevel.Warning, "{Count} upstreams are left out: a figure of theirs is not a number")]
        internal static partial void Masked(ILogger logger, int count);
    }
}
