namespace Gateway.Billing;

/// <summary>What one incarnation has of one account, as the books have it. Nano-USD; consumed + returned never exceed
/// granted.</summary>
internal sealed class LeaseRow
{
    internal required string Account { get; init; }

    internal required string Org { get; init; }

    internal long Granted { get; set; }

    internal long Consumed { get; set; }

    internal long Returned { get; set; }

    /// <summary>What running requests held of it when the replica last said so; for display.</summary>
    internal long Held { get; set; }

    /// <summary>What its replica has and books that went back in time could not give it again: spent, it is our loss
    /// and nobody's fault.</summary>
    internal long Missing { get; set; }

    /// <summary>The number of the last move that was applied.</summary>
    internal long OpSeq { get; set; }

    internal bool IsClosed { get; set; }

    /// <summary>What is out: neither spent nor given back.</summary>
    internal long Outstanding => Granted - Consumed - Returned;
}
