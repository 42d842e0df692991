namespace Gateway.ChainBridge.Payouts;

/// <summary>A signed extrinsic that pays one or many orders.</summary>
/// <param name="Bytes">As they are sent, now and again, unchanged.</param>
/// <param name="Hash">Their BLAKE2b-256, <c>0x</c> and 64 hex digits.</param>
/// <param name="Nonce">The hot wallet's.</param>
/// <param name="BornAt">The finalized block it was signed at; it is valid for 64 blocks.</param>
public sealed record SignedOrder(ReadOnlyMemory<byte> Bytes, string Hash, long Nonce, uint BornAt);
