using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Rao that is to leave us.</summary>
public sealed record Payout
{
    /// <summary>Its public text: <c>pay_</c> and 32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Why.</summary>
    public required PayoutKind Kind { get; init; }

    /// <summary>Whose credit it was; null for miners.</summary>
    public required OrgId? Org { get; init; }

    /// <summary>Where to, an SS58 address.</summary>
    public required string Destination { get; init; }

    /// <summary>What is paid.</summary>
    public required Rao Amount { get; init; }

    /// <summary>The credit that it was taken from; zero for miners.</summary>
    public required NanoUsd Credit { get; init; }

    /// <summary>Where it stands.</summary>
    public required PayoutState State { get; init; }

    /// <summary>Who asked.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Requested { get; init; }

    /// <summary>It is not signed before this.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Who approved so far, in order.</summary>
    public required IReadOnlyList<string> Approvers { get; init; }

    /// <summary>What each approver signed, in the order of <see cref="Approvers"/>; null for one who signed nothing.
    /// </summary>
    public IReadOnlyList<string?> Proofs { get; init; } = [];

    /// <summary>How often the chain finalized it as failed, so that it was signed anew.</summary>
    public int Tries { get; init; }

    /// <summary>The bytes that were signed, empty before.</summary>
    public ReadOnlyMemory<byte> Extrinsic { get; init; }

    /// <summary>Until when the chain takes them, as the signer wrote it.</summary>
    public string? Era { get; init; }

    /// <summary>The signed extrinsic's hash, once there is one.</summary>
    public string? Hash { get; init; }

    /// <summary>The nonce it was signed with; it never takes another.</summary>
    public long? Nonce { get; init; }

    /// <summary>The finalized block it is in.</summary>
    public string? Block { get; init; }

    /// <summary>What it is made of.</summary>
    public required IReadOnlyList<PayoutPart> Parts { get; init; }
}
