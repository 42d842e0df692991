using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What became of a settle.</summary>
public enum SettleOutcome
{
    /// <summary>Durably recorded and charged, by this call.</summary>
    Settled,

    /// <summary>An earlier call had recorded this request; nothing changed.</summary>
    AlreadySettled,

    /// <summary>Recorded, but our lease had been closed meanwhile and its money returned: the organisation is not
    /// charged, the loss is ours.</summary>
    Uncollectible,

    /// <summary>Could not be recorded, or the books refused it: the caller must not be told that the answer is
    /// complete.</summary>
    Unavailable,
}

/// <summary>A settle's result.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Charge">What the organisation was charged for this request, by this call or the earlier one.</param>
public sealed record Settled(SettleOutcome Outcome, NanoUsd Charge);
