namespace Gateway.ChainBridge;

/// <summary>How far the chain has been read.</summary>
/// <param name="Genesis">The chain; null before a node has proved it.</param>
/// <param name="Height">The last block taken in; null before the first round.</param>
/// <param name="Finalized">The newest block that enough nodes hold for final.</param>
/// <param name="Best">The newest block that was heard of.</param>
/// <param name="IsLagging">Whether more than 20 blocks are not taken in: nodes, finality or this process are behind.
/// </param>
/// <param name="Halt">Why nothing is taken in until an operator has looked; null where all is well.</param>
public sealed record ChainFeedStatus(
    string? Genesis, long? Height, long Finalized, long Best, bool IsLagging, string? Halt);
