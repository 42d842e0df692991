namespace Gateway.ChainBridge.Rpc;

/// <summary>Limits of a connection to a node.</summary>
internal sealed record RpcOptions
{
    /// <summary>How long a call may take, its wait for a connection included.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The same for metadata and other large answers.</summary>
    public TimeSpan LongCallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long other nodes are preferred to one that let a call wait for its whole time.</summary>
    public TimeSpan StallRest { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest message taken, in bytes; a longer one ends the connection.</summary>
    public int MaximumFrame { get; init; } = 64 * 1024 * 1024;

    /// <summary>Calls that may be open at once on a connection.</summary>
    public int MaximumOpenCalls { get; init; } = 1024;

    /// <summary>Notices a subscription keeps for a slow reader; older ones are dropped.</summary>
    public int SubscriptionQueue { get; init; } = 64;

    /// <summary>Messages that make no sense before the connection is given up.</summary>
    public int MaximumGarbage { get; init; } = 16;

    /// <summary>The first pause before connecting again; it doubles from there.</summary>
    public TimeSpan ShortestPause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest such pause.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);
}
