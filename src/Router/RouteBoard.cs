using Gateway.Core;
using Gateway.Router.Gating;
using Gateway.Router.Learning;
using Gateway.Router.Load;
using Gateway.Router.Planning;
using Gateway.Router.Storage;

namespace Gateway.Router;

/// <summary>What the network serves now, how it does, and how requests were routed. Safe for any thread.</summary>
public sealed class RouteBoard
{
    private readonly IUpstreamSource _source;
    private readonly RoutingViews _views;
    private readonly LoadTable _loads;
    private readonly TraceShelf _traces;
    private readonly FeedbackDesk _feedback;
    private readonly TimeProvider _time;
    private volatile Board? _board;

    internal RouteBoard(
        IUpstreamSource source, RoutingViews views, LoadTable loads, TraceShelf traces, FeedbackDesk feedback,
        TimeProvider time)
    {
        (_source, _views, _loads) = (source, views, loads);
        (_traces, _feedback, _time) = (traces, feedback, time);
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

    /// <summary>Every expert with what is known of it, the most trusted first: what a leaderboard shows.</summary>
    public IReadOnlyList<ExpertStanding> Experts
    {
        get
        {
            var view = _views.Current;
            return [.. view.Table.Experts.Select((_, slot) => StandingOf(view, slot))
                .OrderByDescending(standing => standing.Quality)
                .ThenBy(standing => standing.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>How many experts there are, each once however many models it serves.</summary>
    public int Serving => _source.Current.Upstreams.DistinctBy(upstream => upstream.Name).Count();

    /// <summary>Whether what is learned can be stored now; true also without a store.</summary>
    public bool IsStoreReachable => _traces.IsStoreReachable;

    /// <summary>How a model does now, as this process has seen it.</summary>
    public LiveFigures LiveOf(ModelId model) => _loads.OfModel(model).Read(_time.GetUtcNow());

    /// <summary>What a model is expected to be worth on average work and on each kind of work that was found among
    /// prompts; empty for a model that does not converse.</summary>
    public IReadOnlyList<TaskQuality> QualityOf(ModelId model)
    {
        var view = _views.Current;
        var slot = Array.FindIndex(view.Table.Experts, expert => expert.Upstream.Model == model);
        return slot < 0 ? [] : QualityOf(view.Gate, view.Gate.ModelOf(slot));
    }

    /// <summary>How a request was routed, as JSON, always the same bytes: docs/routing.md has its members. From memory
    /// for the last requests, then from the store as far as it was kept there.</summary>
    /// <param name="request">The request.</param>
    /// <param name="owner">Whose request it must be; another's is not found.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>Null when there is none.</returns>
    public Task<ReadOnlyMemory<byte>?> RouteAsync(RequestId request, Guid owner, CancellationToken cancellationToken) =>
        _traces.FindAsync(request, owner, cancellationToken);

    /// <summary>Takes a person's rating of an answer. The last one of a request counts.</summary>
    /// <param name="request">The request.</param>
    /// <param name="owner">Whose request it must be.</param>
    /// <param name="rating">-1 to 1.</param>
    /// <param name="comment">Kept with it, if there is one.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<Rated> RateAsync(
        RequestId request, Guid owner, double rating, string? comment, CancellationToken cancellationToken)
    {
        if (rating is not (>= -1 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rating), rating, "A rating is -1 to 1.");
        }

        return await _feedback.RateAsync(request, owner, rating, comment, cancellationToken);
    }

    private static ExpertStanding StandingOf(RoutingView view, int slot)
    {
        var (expert, gate) = (view.Table.Experts[slot], view.Gate);
        var upstream = expert.Upstream;
        var load = expert.Load.Read();
        var ability = Scorer.Score(gate, Tasks.TaskMix.Average, gate.ModelOf(slot));
        return new(
            upstream.Name, upstream.Model, upstream.NetUid, upstream.Uid, upstream.Hotkey,
            ability * gate.Integrity[slot], gate.Integrity[slot], load.InFlight, load.Ejected)
        {
            Judged = slot < gate.Judged.Length ? gate.Judged[slot] : 0,
            Answered = slot < gate.Answered.Length && gate.Answered[slot] is >= 0 and var share ? share : null,
            IsHeldBack = gate.Handicap[slot] > 0,
            IsNewcomer = Array.IndexOf(gate.Newcomers, slot) >= 0,
            IsQuarantined = upstream.IsQuarantined,
            Privacy = upstream.Privacy,
            IsPrivacyProven = upstream.IsPrivacyProven,
            Live = expert.Load.Figures(),
        };
    }

    private static TaskQuality[] QualityOf(GateSnapshot gate, int model)
    {
        var rows = Enumerable.Range(0, gate.Clusters.Count).Prepend(SnapshotBuilder.AverageRow);
        return
        [
            .. rows.Select(row => (row, at: (row * gate.Models) + model)).Select(one => new TaskQuality(
                one.row == SnapshotBuilder.AverageRow ? 0 : one.row + 1, gate.Scores[one.at], gate.Weights[one.at])),
        ];
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
        group.Max(upstream => upstream.OutputTokensLimit))
    {
        Task = group.First().Task,
    };

    private sealed record Board(UpstreamSnapshot Snapshot, IReadOnlyList<ModelOnOffer> Models);
}

/// <summary>What became of a rating.</summary>
public enum Rated
{
    /// <summary>It is kept, and the expert is judged by it.</summary>
    Learned,

    /// <summary>It is kept; the expert is not judged by it, since nobody answered the request, whoever did is gone, or
    /// the organisation has rated this expert often enough today.</summary>
    Kept,

    /// <summary>The owner has no such request.</summary>
    UnknownRequest,
}

/// <summary>How an expert stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Model">The model it serves.</param>
/// <param name="NetUid">Its subnet, for a miner.</param>
/// <param name="Uid">Its number there.</param>
/// <param name="Hotkey">Its identity.</param>
/// <param name="Quality">What is expected of its answers, 0 to about 1.</param>
/// <param name="Integrity">How far it is believed to serve what it claims, about 0 to 1.1.</param>
/// <param name="InFlight">Attempts running.</param>
/// <param name="IsEjected">Whether it sits out after failures.</param>
public sealed record ExpertStanding(
    string Name,
    ModelId Model,
    NetUid? NetUid,
    int? Uid,
    Hotkey? Hotkey,
    double Quality,
    double Integrity,
    int InFlight,
    bool IsEjected)
{
    /// <summary>Answers of it that somebody judged, in this process and those before it.</summary>
    public int Judged { get; init; }

    /// <summary>The share of attempts that it answered, 0 to 1, as far as they still count; null: nobody asked it.
    /// </summary>
    public double? Answered { get; init; }

    /// <summary>Whether its score is lowered since it fails or is not believed.</summary>
    public bool IsHeldBack { get; init; }

    /// <summary>Whether it is hardly known, and tried with a small share of requests.</summary>
    public bool IsNewcomer { get; init; }

    /// <summary>Whether the operator, or what it does, has put it aside.</summary>
    public bool IsQuarantined { get; init; }

    /// <summary>What it says of the privacy of what is sent to it.</summary>
    public Privacy Privacy { get; init; }

    /// <summary>Whether that was verified.</summary>
    public bool IsPrivacyProven { get; init; }

    /// <summary>How fast it is, as this process has seen it.</summary>
    public LiveFigures Live { get; init; } = new(null, null, null, null, null);
}

/// <summary>What a model is expected to be worth on one kind of work.</summary>
/// <param name="Kind">0 for average work, else the number of the kind: kinds are found among prompts and have no
/// names.</param>
/// <param name="Score">0 to 1.</param>
/// <param name="Weight">How many judged answers speak for it, as far as they still count.</param>
public sealed record TaskQuality(int Kind, double Score, double Weight);

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
    long OutputTokensLimit)
{
    /// <summary>What it is for.</summary>
    public ModelTask Task { get; init; }
}
