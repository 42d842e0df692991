using Gateway.ChainBridge.Blocks;

namespace Gateway.ChainBridge.Extrinsics;

/// <summary>What is signed beside the call.</summary>
/// <param name="Nonce">How many transactions the account sent before.</param>
/// <param name="Era">How long it is valid.</param>
/// <param name="BirthHash">The hash of the block a mortal era is born at; ignored for an immortal one, which is tied to
/// the genesis block.</param>
/// <param name="Tip">Rao for the block's author on top of the fee.</param>
internal sealed record TransactionTerms(uint Nonce, Era Era, Hash256 BirthHash, UInt128 Tip = default)
{
    /// <summary>Terms valid for <see cref="Era.UsualPeriod"/> blocks.</summary>
    /// <param name="nonce">How many transactions the account sent before.</param>
    /// <param name="number">The finalized block they are born at.</param>
    /// <param name="hash">Its hash.</param>
    public static TransactionTerms BornAt(uint nonce, uint number, Hash256 hash) =>
        new(nonce, Era.Mortal(number), hash);

    /// <summary>Terms valid for ever.</summary>
    public static TransactionTerms Immortal(uint nonce) => new(nonce, Era.Immortal, default);
}
