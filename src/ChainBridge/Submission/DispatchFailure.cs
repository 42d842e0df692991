namespace Gateway.ChainBridge.Submission;

/// <summary>A call that did not do what it should.</summary>
/// <param name="Event">The event that tells, such as Multisig.MultisigExecuted.</param>
/// <param name="Reason">The error by name, such as Balances.InsufficientBalance.</param>
internal sealed record DispatchFailure(string Event, string Reason);
