using System.Collections.Concurrent;
using Gateway.Core;

namespace Gateway.Router.Load;

/// <summary>The load of every upstream, by who it is and what it serves.</summary>
internal sealed class LoadTable(TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Name, ModelId Model), UpstreamLoad> _loads = new();

    private readonly ConcurrentDictionary<ModelId, ModelLoad> _models = new();

    internal int Count => _loads.Count;

    internal UpstreamLoad Of(Upstream upstream) => _loads.TryGetValue((upstream.Name, upstream.Model), out var load)
        ? load
        : _loads.GetOrAdd((upstream.Name, upstream.Model), new UpstreamLoad(time, OfModel(upstream.Model)));

    internal ModelLoad OfModel(ModelId model) => _models.GetOrAdd(model, static _ => new());

    /// <summary>The share of all learned limits that is in use, 0 and up.</summary>
    internal double InUse()
    {
        var (inFlight, limits) = (0L, 0L);
        foreach (var load in _loads.Values)
        {
            var (running, limit) = load.Share();
            (inFlight, limits) = (inFlight + running, limits + limit);
        }

        return limits > 0 ? (double)inFlight / limits : 0;
    }

    /// <summary>Forgets upstreams that are gone; attempts still running keep their own reference.</summary>
    internal void Prune(UpstreamSnapshot snapshot)
    {
        var present = snapshot.Upstreams.Select(upstream => (upstream.Name, upstream.Model)).ToHashSet();
        foreach (var key in _loads.Keys.Where(key => !present.Contains(key)))
        {
            _loads.TryRemove(key, out _);
        }

        var models = present.Select(key => key.Model).ToHashSet();
        foreach (var model in _models.Keys.Where(model => !models.Contains(model)))
        {
            _models.TryRemove(model, out _);
        }
    }
}
