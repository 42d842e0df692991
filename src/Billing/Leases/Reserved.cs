using System.Diagnostics.CodeAnalysis;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The answer to a request to set credit aside.</summary>
public abstract record Reserved
{
    private Reserved()
    {
    }

    /// <summary>Set aside: the request may be dispatched, and must be settled whatever happens to it.</summary>
    public sealed record Held(Hold Hold) : Reserved;

    /// <summary>Not enough unspent credit.</summary>
    /// <param name="Needed">What the hold takes.</param>
    /// <param name="Available">What is left to hold.</param>
    /// <param name="HeldByRequests">What running requests of the organisation hold; part of it comes back.</param>
    public sealed record Insufficient(NanoUsd Needed, NanoUsd Available, NanoUsd HeldByRequests) : Reserved;

    /// <summary>A budget below the organisation's credit does not allow it.</summary>
    /// <param name="Kind">The level that refused.</param>
    /// <param name="Id">Whose budget.</param>
    /// <param name="Cap">What it allows in a period.</param>
    /// <param name="Used">What of it is spent or held.</param>
    /// <param name="Resets">When the period ends; null: never.</param>
    public sealed record BudgetExceeded(
        BudgetKind Kind, string Id, NanoUsd Cap, NanoUsd Used, DateTimeOffset? Resets) : Reserved;

    /// <summary>The books cannot be reached or take no more: try again later, nothing was dispatched.</summary>
    public sealed record Unavailable : Reserved;

    /// <summary>The organisation's books broke a rule and wait for a person.</summary>
    [SuppressMessage("Naming", "CA1724", Justification = "Always read as Reserved.Frozen.")]
    public sealed record Frozen : Reserved;
}
