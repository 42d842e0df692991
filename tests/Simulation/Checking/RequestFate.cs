namespace Gateway.Simulation;

/// <summary>How far a request came, as its caller saw it.</summary>
internal enum Phase : byte
{
    /// <summary>No money was held for it.</summary>
    Asked,

    /// <summary>Dispatched.</summary>
    Held,

    /// <summary>Its end was handed to the ledger.</summary>
    Settling,

    /// <summary>The ledger said that it is recorded.</summary>
    Acknowledged,

    /// <summary>The ledger said that it is not recorded.</summary>
    Refused,
}

/// <summary>What became of one request: what its caller saw, and what the books have.</summary>
internal struct RequestFate
{
    internal Phase Phase;
    internal Applied Applied;
    internal int Life;
    internal int Customer;
    internal long AskedStep;
    internal long Seq;
    internal long Hold;
    internal long Charge;
    internal long Output;
    internal IReadOnlyList<string>? Budgets;
}

/// <summary>What the books did with a record.</summary>
internal enum Applied : byte
{
    /// <summary>Nothing yet.</summary>
    No,

    /// <summary>The organisation paid.</summary>
    Settled,

    /// <summary>We did.</summary>
    Uncollectible,
}
