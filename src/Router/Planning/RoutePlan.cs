using System.Text.Json;
using Gateway.Core;
using Gateway.Router.Planning;
using Gateway.Router.Traces;

namespace Gateway.Router;

/// <summary>Whom to try for one request, in order.</summary>
/// <param name="Request">The request's id.</param>
/// <param name="Strategy">What the caller asked for.</param>
/// <param name="Candidates">Ranked, the best first; 1 to 3: nobody is in it who is never asked. Of several lines those
/// of the first.</param>
/// <param name="SnapshotVersion">The snapshot it was made from.</param>
public sealed record RoutePlan(
    RequestId Request,
    Strategy Strategy,
    IReadOnlyList<Upstream> Candidates,
    long SnapshotVersion)
{
    /// <summary>How it came about; null for a plan that was put together by hand.</summary>
    internal PlanRecord? Record { get; init; }

    /// <summary>What of the request's needs is done by the router itself, since no expert that may be asked has it.
    /// </summary>
    public Features Own { get; internal init; }

    /// <summary>Who may read its trace.</summary>
    internal Guid Owner { get; init; }

    /// <summary>The planned calls; one, unless a strategy asks several experts.</summary>
    public IReadOnlyList<PlanLine> Lines
    {
        get;
        init
        {
            field = value;
            Models = [.. value.SelectMany(line => line.Candidates).Select(upstream => upstream.Model).Distinct()];
            OutputTokensLimit = value.Min(line => line.Candidates.Max(upstream => upstream.OutputTokensLimit));
            ContextLength = value.Min(line => line.Candidates.Max(upstream => upstream.ContextLength));
        }
    } = [new("answer", Candidates)];

    /// <summary>Writes how the plan came about, as a JSON object.</summary>
    public void WriteRoute(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (Record is { } record)
        {
            TraceJson.WritePlan(writer, record, served: null);
        }

        writer.WriteEndObject();
    }

    /// <summary>Which rule ranked the candidates.</summary>
    public Strategy Used => Record?.Used ?? Strategy;

    /// <summary>Why the first candidate comes first, in a sentence; null for a plan that was put together by
    /// hand.</summary>
    public string? Reason => Explanation.Of(Record, null);

    /// <summary>The models that may answer, each once; a price must cover every one.</summary>
    public IReadOnlyList<ModelId> Models { get; private init; } =
        Candidates.Count == 1 ? [Candidates[0].Model] : [.. Candidates.Select(upstream => upstream.Model).Distinct()];

    /// <summary>The largest token limit among the candidates; of several lines the smallest of theirs.</summary>
    public long OutputTokensLimit { get; private init; } = Candidates.Max(upstream => upstream.OutputTokensLimit);

    /// <summary>The largest context among the candidates, prompt and answer together, in tokens; of several lines the
    /// smallest of theirs.</summary>
    public long ContextLength { get; private init; } = Candidates.Max(upstream => upstream.ContextLength);
}
