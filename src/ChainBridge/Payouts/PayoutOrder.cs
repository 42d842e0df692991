using Gateway.Core;

namespace Gateway.ChainBridge.Payouts;

/// <summary>A payment that the books want made. All of it is kept in the signer's own log, so that books which went
/// back in time can be told again.</summary>
public sealed record PayoutOrder
{
    /// <summary>The books' name of it.</summary>
    public required string Id { get; init; }

    /// <summary>Why.</summary>
    public required OrderKind Kind { get; init; }

    /// <summary>Whose credit it was; null for miners.</summary>
    public OrgId? Org { get; init; }

    /// <summary>Where to, SS58; for stake the hotkey, of a move the one it is moved to.</summary>
    public required string Destination { get; init; }

    /// <summary>How much, above zero; of stake that is taken off or moved, billionths of alpha.</summary>
    public required Rao Amount { get; init; }

    /// <summary>The credit it was taken from; zero for miners.</summary>
    public NanoUsd Credit { get; init; }

    /// <summary>Who asked.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>Who approved, in order.</summary>
    public IReadOnlyList<OrderApproval> Approvals { get; init; } = [];

    /// <summary>What it is made of.</summary>
    public required IReadOnlyList<OrderPart> Parts { get; init; }

    /// <summary>The miner that is paid; null for refunds.</summary>
    public Hotkey? Miner { get; init; }

    /// <summary>How often the chain refused it in a finalized block.</summary>
    public int Tries { get; init; }

    /// <summary>The nonce it must be signed with again, since it expired; null: any.</summary>
    public long? Nonce { get; init; }

    /// <summary>What leaves the wallet.</summary>
    internal Rao Spends => Kind is OrderKind.StakeRemove or OrderKind.StakeMove ? default : Amount;
}

/// <summary>Where a payment's rao comes from.</summary>
/// <param name="Source">As the books name it.</param>
/// <param name="Amount">Rao of it.</param>
/// <param name="Credit">Credit of it.</param>
public readonly record struct OrderPart(string Source, Rao Amount, NanoUsd Credit);

/// <summary>One person's word.</summary>
/// <param name="Person">As the books name them.</param>
/// <param name="Proof">Their signature of <see cref="PayoutChallenge"/>; null: none.</param>
public sealed record OrderApproval(string Person, string? Proof);
