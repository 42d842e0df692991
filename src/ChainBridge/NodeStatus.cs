namespace Gateway.ChainBridge;

/// <summary>How a node of the chain is doing.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="IsConnected">Whether there is a connection on which it proved its chain.</param>
/// <param name="Refusal">Why it is not used although it answers; null where nothing is wrong.</param>
public sealed record NodeStatus(Uri Address, bool IsConnected, string? Refusal);
