using System.Collections.Immutable;
using Gateway.ChainBridge.Staking;
using Gateway.ChainBridge.Submission;

namespace Gateway.ChainBridge.Payouts;

/// <summary>What the fate of an extrinsic means for its orders: pure.</summary>
internal static class Fates
{
    // Balances and Utility stand still while a network is in safe mode; funds come back when somebody fills the wallet.
    private static readonly ImmutableArray<string> Passing =
        ["CallFiltered", "FundsUnavailable", "InsufficientBalance", "Expendability", "NotExpendable", "Frozen"];

    /// <summary>The end of an extrinsic that pays orders; null when events contradict each other and a person must
    /// look.</summary>
    public static LogEnd? OfPayment(TransactionFate fate, LogEntry entry, TimeSpan filteredWait) => fate switch
    {
        TransactionFate.Expired => new(EndKind.Expired),
        TransactionFate.Included included when included.Outcome.IsSuccess && StakeOf(entry) is { } order =>
            StakeOrders.ChangeOf(included.Events, order) is { } change
                ? At(included, EndKind.Done) with { Legs = [new AccountAmount(entry.Wallet, change)] }
                : null,
        TransactionFate.Included included when included.Outcome.IsSuccess =>
            PaymentProof.Pays(included.Events, entry.Wallet, entry.Orders) ? At(included, EndKind.Done) : null,
        TransactionFate.Included included =>
            PaymentProof.Spends(included.Events, entry.Wallet) ? null : OfFailure(included, entry, filteredWait),
        _ => throw new InvalidOperationException("A transaction is included or expired."),
    };

    /// <summary>An end at a finalized block.</summary>
    public static LogEnd At(TransactionFate.Included included, EndKind kind) => new(kind)
    {
        Block = included.Block.ToString(),
        Height = included.Number,
        Index = included.Index,
        Fee = PaymentProof.FeeOf(included.Events),
        Because = included.Outcome.IsSuccess ? null : ReasonOf(included),
    };

    private static PayoutOrder? StakeOf(LogEntry entry) =>
        entry.Orders is [var only] && StakeOrders.IsStake(only.Kind) ? only : null;

    private static LogEnd OfFailure(TransactionFate.Included included, LogEntry entry, TimeSpan filteredWait)
    {
        var isPassing = Passing.Any(word => ReasonOf(included).Contains(word, StringComparison.Ordinal));
        return entry.Orders.Length > 1 ? At(included, EndKind.Released)
            : isPassing ? At(included, EndKind.Released) with { Wait = filteredWait }
            : At(included, EndKind.Failed);
    }

    private static string ReasonOf(TransactionFate.Included included) =>
        string.Join(", ", included.Outcome.Failures.Select(failure => $"{failure.Event}: {failure.Reason}"));
}
