using System.Collections.Immutable;
using Gateway.Core;

namespace Gateway.ChainBridge.Payouts;

/// <summary>An extrinsic that one of the signer's wallets signed, and what became of it.</summary>
internal sealed record LogEntry
{
    public required EntryPurpose Purpose { get; init; }

    /// <summary>The account that signed, SS58.</summary>
    public required string Wallet { get; init; }

    public required SignedOrder Extrinsic { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What it pays.</summary>
    public ImmutableArray<PayoutOrder> Orders { get; init; } = [];

    /// <summary>What it sweeps.</summary>
    public SweepPlan? Plan { get; init; }

    /// <summary>Whether the books have it: before, it was never sent.</summary>
    public bool IsStored { get; init; }

    /// <summary>Null while nobody knows.</summary>
    public LogEnd? End { get; init; }
}

/// <summary>What an extrinsic is for.</summary>
internal enum EntryPurpose
{
    Pay,

    /// <summary>The first signatory's word for a sweep.</summary>
    Approve,

    /// <summary>The second's, with which it is carried out.</summary>
    Sweep,
}

/// <summary>How an extrinsic ended.</summary>
/// <param name="Kind">In which way.</param>
internal sealed record LogEnd(EndKind Kind)
{
    /// <summary>The finalized block it stands in.</summary>
    public string? Block { get; init; }

    public uint Height { get; init; }

    /// <summary>Its position in the block.</summary>
    public int Index { get; init; }

    /// <summary>What its wallet paid for it.</summary>
    public Rao Fee { get; init; }

    public string? Because { get; init; }

    /// <summary>How long its orders rest before they are signed anew.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>What a sweep moved.</summary>
    public ImmutableArray<AccountAmount> Legs { get; init; } = [];
}

internal enum EndKind
{
    /// <summary>It did all it should, in a finalized block.</summary>
    Done,

    /// <summary>It failed in a finalized block and moved nothing; its orders are signed anew, otherwise.</summary>
    Released,

    /// <summary>Its orders will not be paid.</summary>
    Failed,

    /// <summary>It can never be included any more; its orders are signed anew with the same nonce.</summary>
    Expired,

    /// <summary>The books did not take it, so it was never sent.</summary>
    Dropped,
}

/// <summary>A sweep that two signatories carry out.</summary>
/// <param name="Call">The bytes of the call that the multisig makes.</param>
/// <param name="Items">How many steps of as_derivative it makes: what its weight is counted by.</param>
internal sealed record SweepPlan(ReadOnlyMemory<byte> Call, int Items);
