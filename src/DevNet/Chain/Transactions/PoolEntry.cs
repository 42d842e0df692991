using Gateway.ChainBridge.Blocks;

namespace Gateway.DevNet.Chain.Transactions;

/// <summary>A transaction that waits for a block.</summary>
/// <param name="Hash">BLAKE2b-256 of its bytes.</param>
/// <param name="Bytes">Length and body.</param>
/// <param name="Who">The sender.</param>
/// <param name="Nonce">Its place among the sender's transactions.</param>
/// <param name="Tip">Rao; of two with one nonce the higher tip stays.</param>
/// <param name="Arrival">Order of arrival.</param>
internal sealed record PoolEntry(Hash256 Hash, byte[] Bytes, AccountId Who, uint Nonce, ulong Tip, long Arrival);
