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

    /// <summary>The books cannot be reached or take no more: try again later, nothing was dispatched.</summary>
    public sealed record Unavailable : Reserved;

    /// <summary>The organisation's books broke a rule and wait for a person.</summary>
    [SuppressMessage("Naming", "CA1724", Justification = "Always read as Reserved.Frozen.")]
    public sealed record Frozen : Reserved;
}
