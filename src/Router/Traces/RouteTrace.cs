using Gateway.Core;
using Gateway.Router.Planning;

namespace Gateway.Router.Traces;

/// <summary>How one request was routed and what came of it.</summary>
/// <param name="Request">The request.</param>
/// <param name="Owner">Who may read it.</param>
/// <param name="At">When it was planned.</param>
/// <param name="SnapshotVersion">Of the upstreams.</param>
/// <param name="Record">How its plan came about.</param>
/// <param name="Attempts">What was tried, in order.</param>
/// <param name="Served">Whose answer was handed on, if any.</param>
internal sealed record RouteTrace(
    RequestId Request,
    Guid Owner,
    DateTimeOffset At,
    long SnapshotVersion,
    PlanRecord Record,
    IReadOnlyList<Attempt> Attempts,
    Upstream? Served)
{
    private readonly Lock _gate = new();
    private byte[]? _json;
    private double? _rating;

    /// <summary>As it is served and hashed, UTF-8: always the same bytes.</summary>
    internal byte[] Json => _json ??= TraceJson.Write(this);

    /// <summary>The rating that was learned, as far as this process knows.</summary>
    internal double? Rating
    {
        get
        {
            lock (_gate)
            {
                return _rating;
            }
        }

        set
        {
            lock (_gate)
            {
                _rating = value;
            }
        }
    }
}
