namespace Gateway.Billing;

/// <summary>The last finalized block that is in the books.</summary>
/// <param name="Genesis">The chain, <c>0x</c> and 64 hex digits.</param>
/// <param name="Height">The block's number.</param>
/// <param name="Hash">Its hash, in the genesis' form.</param>
public sealed record ChainCursor(string Genesis, long Height, string Hash);
