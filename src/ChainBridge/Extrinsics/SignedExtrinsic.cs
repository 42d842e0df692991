using Gateway.ChainBridge.Blocks;

namespace Gateway.ChainBridge.Extrinsics;

/// <summary>A signed transaction, ready to send.</summary>
/// <param name="Bytes">What author_submitExtrinsic takes: length and body.</param>
/// <param name="Terms">What was signed beside the call.</param>
internal sealed record SignedExtrinsic(ReadOnlyMemory<byte> Bytes, TransactionTerms Terms)
{
    /// <summary>The transaction's name in pool and block.</summary>
    public Hash256 Hash { get; } = Hash256.Of(Bytes.Span);
}
