namespace Gateway.Billing;

/// <summary>What the books think of an incarnation.</summary>
internal enum ReplicaState
{
    /// <summary>Heard of lately.</summary>
    Live,

    /// <summary>Not heard of for long; its money waits for its journal.</summary>
    Orphaned,

    /// <summary>Its journal has been applied to the end and its leases are closed.</summary>
    Drained,

    /// <summary>Its money was taken back without its journal: what comes late is our loss.</summary>
    ForceClosed,
}
