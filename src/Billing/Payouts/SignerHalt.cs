namespace Gateway.Billing;

/// <summary>Why a wallet signs nothing more.</summary>
/// <param name="Wallet">The account, SS58.</param>
/// <param name="Cause">What happened, named so that the same event has the same name for ever.</param>
/// <param name="Reason">A sentence for the person who looks.</param>
/// <param name="At">Since when.</param>
/// <param name="LiftedBy">Who let it sign again; null: it stands still.</param>
public sealed record SignerHalt(string Wallet, string Cause, string Reason, DateTimeOffset At, string? LiftedBy)
{
    /// <summary>Whether a person let the wallet sign again.</summary>
    public bool IsLifted => LiftedBy is not null;
}
