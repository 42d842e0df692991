namespace Gateway.DevNet.Faults;

/// <summary>How a port lies about a block's events.</summary>
internal enum EventLie
{
    None,

    /// <summary>A transfer that never was is added.</summary>
    Extra,

    /// <summary>Transfers are left out.</summary>
    Missing,

    /// <summary>Transfers are of one rao more.</summary>
    Altered,
}
