using Gateway.Core;

namespace Gateway.Router;

/// <summary>What the network serves now. Safe for any thread.</summary>
public sealed class RouteBoard
{
    private readonly IUpstreamSource _source;
    private volatile Board? _board;

    internal RouteBoard(IUpstreamSource source)
    {
        _source = source;
    }

    /// <summary>The models on offer, ordered by name.</summary>
    public IReadOnlyList<ModelOnOffer> Models
    {
        get
        {
            var snapshot = _source.Current;
            if (_board is not { } board || !ReferenceEquals(board.Snapshot, snapshot))
            {
                _board = board = new(snapshot, Summarize(snapshot));
            }

            return board.Models;
        }
    }

    private static ModelOnOffer[] Summarize(UpstreamSnapshot snapshot) =>
        [.. snapshot.Upstreams.GroupBy(upstream => upstream.Model).Select(Summarize)
            .OrderBy(model => model.Model.Value, StringComparer.Ordinal)];

    private static ModelOnOffer Summarize(IGrouping<ModelId, Upstream> group) => new(
        group.Key,
        group.Count(),
        group.Aggregate(Features.None, (all, upstream) => all | upstream.Features),
        group.Any(upstream => upstream.Quality == Quality.Real) ? Quality.Real : Quality.Demo,
        group.Max(upstream => upstream.ContextLength),
        group.Max(upstream => upstream.OutputTokensLimit));

    private sealed record Board(UpstreamSnapshot Snapshot, IReadOnlyList<ModelOnOffer> Models);
}

/// <summary>A model somebody serves.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Experts">How many serve it.</param>
/// <param name="Features">What at least one of them can do.</param>
/// <param name="Quality">Demo when no real model is among them.</param>
/// <param name="ContextLength">The largest context among them, in tokens.</param>
/// <param name="OutputTokensLimit">The largest answer among them, in tokens.</param>
public sealed record ModelOnOffer(
    ModelId Model,
    int Experts,
    Features Features,
    Quality Quality,
    long ContextLength,
    long OutputTokensLimit);
