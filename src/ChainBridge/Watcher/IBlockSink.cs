using Gateway.Core;

namespace Gateway.ChainBridge;

/// <summary>Where finalized blocks go. Several watchers may share one sink: it takes each block once, upon its
/// parent.</summary>
public interface IBlockSink
{
    /// <summary>How far a chain has been taken in, and whether it stands still.</summary>
    public Task<SinkState> StateAsync(string genesis, CancellationToken cancellationToken);

    /// <summary>Begins above a block; nothing happens where that has begun before.</summary>
    public Task BeginAsync(string genesis, ChainPosition first, CancellationToken cancellationToken);

    /// <summary>Takes in a block with its transfers, all or none.</summary>
    /// <returns>False, and nothing is changed, when the sink is not at the block's parent or stands still.</returns>
    public Task<bool> CommitAsync(WatchedBlock block, CancellationToken cancellationToken);

    /// <summary>Lets the chain stand still, for all watchers, until a person lifts it.</summary>
    public Task HaltAsync(string genesis, long height, string reason, CancellationToken cancellationToken);

    /// <summary>One state: a position, and what should lie on each address at it. Null before it has begun.</summary>
    public Task<SinkHoldings?> HoldingsAsync(string genesis, CancellationToken cancellationToken);

    /// <summary>More lies on an address than it should: kept for a person, once, and only while the sink is at that
    /// block. What it does not keep is found again.</summary>
    public Task SurplusAsync(
        string genesis, ChainPosition at, string address, Rao surplus, DateTimeOffset time,
        CancellationToken cancellationToken);

    /// <summary>Less lies on addresses than should: nothing is paid until a person lifts it.</summary>
    public Task ShortfallAsync(string genesis, long height, string reason, CancellationToken cancellationToken);
}

/// <summary>A block by its number and hash.</summary>
/// <param name="Height">Its number.</param>
/// <param name="Hash"><c>0x</c> and 64 hex digits.</param>
public sealed record ChainPosition(long Height, string Hash);

/// <summary>Where a sink stands.</summary>
/// <param name="Position">The last block taken in; null before it has begun.</param>
/// <param name="Halt">Why it stands still; null where it does not.</param>
public sealed record SinkState(ChainPosition? Position, string? Halt);

/// <summary>What should lie on addresses after a block.</summary>
/// <param name="Position">The block.</param>
/// <param name="Amounts">By SS58 address.</param>
public sealed record SinkHoldings(ChainPosition Position, IReadOnlyList<KeyValuePair<string, Rao>> Amounts);
