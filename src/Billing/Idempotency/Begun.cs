using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What to do with a request that came with an <c>Idempotency-Key</c>.</summary>
public abstract record Begun
{
    private Begun()
    {
    }

    /// <summary>The key is new: run the request, then complete, forget or leave it.</summary>
    public sealed record First : Begun;

    /// <summary>The request with this key is still running: ask again in a moment.</summary>
    public sealed record InProgress : Begun;

    /// <summary>It ran and its answer was kept.</summary>
    /// <param name="Request">The request that ran, its receipt's id.</param>
    /// <param name="Answer">What it answered.</param>
    public sealed record Replay(RequestId Request, KeptAnswer Answer) : Begun;

    /// <summary>It ran and was charged, but its answer was not kept.</summary>
    /// <param name="Request">The request that ran, its receipt's id.</param>
    public sealed record NotReplayable(RequestId Request) : Begun;

    /// <summary>The key came with another request before.</summary>
    public sealed record Reused : Begun;

    /// <summary>The books cannot be reached: nothing may be run under this key now.</summary>
    public sealed record Unavailable : Begun;
}
