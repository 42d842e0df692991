using Gateway.ChainBridge.Extrinsics;

namespace Gateway.DevNet.Chain.Transactions;

/// <summary>Whether a transaction may enter a block.</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>It may.</summary>
    /// <param name="Who">Who signed and pays.</param>
    /// <param name="Nonce">Its place among the sender's transactions.</param>
    /// <param name="Fee">Rao, with the tip.</param>
    /// <param name="Tip">Rao.</param>
    /// <param name="Transaction">What it says.</param>
    public sealed record Valid(AccountId Who, uint Nonce, ulong Fee, ulong Tip, DecodedExtrinsic Transaction) : Verdict;

    /// <summary>It may once the sender's earlier transactions are in blocks.</summary>
    public sealed record Future(AccountId Who, uint Nonce, ulong Tip) : Verdict;

    /// <summary>It may not.</summary>
    /// <param name="Reason">In a node's own words (paritytech/polkadot-sdk, sp-runtime, transaction_validity.rs).
    /// </param>
    /// <param name="Code">The variant of InvalidTransaction, of the same file.</param>
    public sealed record Invalid(string Reason, byte Code) : Verdict;
}
