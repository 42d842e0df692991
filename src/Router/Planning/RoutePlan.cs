using Gateway.Core;
using Gateway.Router.Planning;

namespace Gateway.Router;

/// <summary>Whom to try for one request, in order.</summary>
/// <param name="Request">The request's id.</param>
/// <param name="Strategy">What the caller asked for.</param>
/// <param name="Candidates">Ranked, the best first; 1 to 3: nobody is in it who is never asked.</param>
/// <param name="SnapshotVersion">The snapshot it was made from.</param>
public sealed record RoutePlan(
    RequestId Request,
    Strategy Strategy,
    IReadOnlyList<Upstream> Candidates,
    long SnapshotVersion)
{
    /// <summary>How it came about; null for a plan that was put together by hand.</summary>
    internal PlanRecord? Record { get; init; }

    /// <summary>The models that may answer, each once; a price must cover every one.</summary>
    public IReadOnlyList<ModelId> Models { get; } =
        Candidates.Count == 1 ? [Candidates[0].Model] : [.. Candidates.Select(upstream => upstream.Model).Distinct()];

    /// <summary>The largest token limit among the candidates.</summary>
    public long OutputTokensLimit { get; } = Candidates.Max(upstream => upstream.OutputTokensLimit);

    /// <summary>The largest context among the candidates, prompt and answer together, in tokens.</summary>
    public long ContextLength { get; } = Candidates.Max(upstream => upstream.ContextLength);
}
