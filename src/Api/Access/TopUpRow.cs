namespace Gateway.Api.Access;

/// <summary>What somebody meant to pay: an amount, an address, and the rate it was worked out at.</summary>
internal sealed class TopUpRow
{
    public required Guid Id { get; init; }

    public required Guid Org { get; init; }

    /// <summary>The deposit address, as text (SS58).</summary>
    public required string Address { get; init; }

    /// <summary>In nano-USD.</summary>
    public required long Nusd { get; init; }

    /// <summary>The same in rao, at the rate of that moment.</summary>
    public required long Rao { get; init; }

    /// <summary>In pico-USD a rao.</summary>
    public required long Rate { get; init; }

    /// <summary>The chain's newest block then: what came in later ones belongs to it; null: nobody watched.</summary>
    public long? Height { get; init; }

    public required long CreatedAt { get; init; }

    /// <summary>When the amount in TAO is out of date; the address stays.</summary>
    public required long ExpiresAt { get; init; }

    /// <summary>The person who asked.</summary>
    public required Guid CreatedBy { get; init; }
}
