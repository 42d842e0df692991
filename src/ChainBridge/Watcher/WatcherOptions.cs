namespace Gateway.ChainBridge.Watcher;

/// <summary>The pace and the limits of the watcher.</summary>
internal sealed record WatcherOptions
{
    /// <summary>Blocks that are read at once when the watcher is behind.</summary>
    public int Batch { get; init; } = 50;

    /// <summary>How often a fault is read again before it halts the chain.</summary>
    public int Rechecks { get; init; } = 3;

    /// <summary>The pause before reading a fault again.</summary>
    public TimeSpan RecheckPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between two looks at the finalized head; subscriptions only shorten it.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The pause after a round that failed.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Blocks between two comparisons of balances with the books.</summary>
    public int ReconcileEvery { get; init; } = 300;

    /// <summary>Blocks after which a difference that is still the same is believed: what is paid out is booked a
    /// little before or after its block is read.</summary>
    public int ReconcileAgain { get; init; } = 20;

    /// <summary>Blocks behind the best one from which on somebody is told.</summary>
    public int LagLimit { get; init; } = 20;
}
