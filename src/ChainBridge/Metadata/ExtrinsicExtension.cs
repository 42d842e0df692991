namespace Gateway.ChainBridge.Metadata;

/// <summary>A signed extension: what it adds to a transaction and to the bytes that are signed.</summary>
/// <param name="Name">Such as CheckNonce.</param>
/// <param name="Extra">The type of what stands in the transaction.</param>
/// <param name="Additional">The type of what is signed only.</param>
internal sealed record ExtrinsicExtension(string Name, int Extra, int Additional);
