using System.Collections.Immutable;
using Gateway.ChainBridge.Blocks;

namespace Gateway.ChainBridge.Submission;

/// <summary>How a transaction ended, as finalized blocks tell. Nothing else does.</summary>
internal abstract record TransactionFate
{
    private TransactionFate()
    {
    }

    /// <summary>It stands in a finalized block; the outcome says whether it did what it should.</summary>
    public sealed record Included(Hash256 Block, uint Number, int Index, DispatchOutcome Outcome) : TransactionFate
    {
        /// <summary>What happened while it ran, in order.</summary>
        public ImmutableArray<ChainEvent> Events { get; init; } = [];
    }

    /// <summary>Every block it was valid for is final, and it is in none of them: it can never happen any more.
    /// </summary>
    public sealed record Expired(uint LastBlock) : TransactionFate;
}
