using Gateway.ChainBridge.Blocks;

namespace Gateway.DevNet.Chain.Transactions;

/// <summary>What became of a transaction so far.</summary>
/// <param name="Kind">The step.</param>
/// <param name="Hash">The block, or for <see cref="TransactionStep.Usurped"/> the other transaction.</param>
internal readonly record struct TransactionStatus(TransactionStep Kind, Hash256 Hash = default)
{
    /// <summary>Whether nothing follows.</summary>
    public bool IsLast => Kind is TransactionStep.Finalized or TransactionStep.Usurped
        or TransactionStep.Dropped or TransactionStep.Invalid;
}
