using System.Collections.Frozen;
using Gateway.Core;
using Gateway.Router.Load;

namespace Gateway.Router.Planning;

/// <summary>An upstream beside its live load and what its name hashes to.</summary>
internal sealed record Expert(Upstream Upstream, UpstreamLoad Load, ulong NameHash);

/// <summary>A snapshot laid out for planning: experts by model, loads already found.</summary>
internal sealed class RoutingTable
{
    private readonly FrozenDictionary<ModelId, Expert[]> _byModel;

    internal RoutingTable(UpstreamSnapshot snapshot, LoadTable loads)
    {
        Snapshot = snapshot;
        Experts = [.. snapshot.Upstreams.Select(upstream =>
            new Expert(upstream, loads.Of(upstream), TieBreak.Hash(upstream.Name, upstream.Model.Value)))];
        _byModel = Experts.GroupBy(expert => expert.Upstream.Model)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray());
    }

    internal UpstreamSnapshot Snapshot { get; }

    internal Expert[] Experts { get; }

    internal IReadOnlyList<ModelId> Models =>
        [.. _byModel.Keys.OrderBy(model => model.Value, StringComparer.Ordinal)];

    /// <summary>The experts of a model, every expert for <see cref="ModelId.Auto"/>, or none.</summary>
    internal Expert[] Pool(ModelId model) =>
        model == ModelId.Auto ? Experts : _byModel.GetValueOrDefault(model, []);
}

/// <summary>The table of the newest snapshot, built when the snapshot changes.</summary>
internal sealed class RoutingTables(IUpstreamSource source, LoadTable loads)
{
    private readonly Lock _gate = new();
    private volatile RoutingTable? _table;

    internal RoutingTable Current
    {
        get
        {
            var snapshot = source.Current;
            return _table is { } table && ReferenceEquals(table.Snapshot, snapshot) ? table : Build(snapshot);
        }
    }

    private RoutingTable Build(UpstreamSnapshot snapshot)
    {
        lock (_gate)
        {
            if (_table is not { } table || !ReferenceEquals(table.Snapshot, snapshot))
            {
                loads.Prune(snapshot);
                _table = table = new(snapshot, loads);
            }

            return table;
        }
    }
}
