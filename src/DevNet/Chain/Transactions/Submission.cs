using Gateway.ChainBridge.Blocks;

namespace Gateway.DevNet.Chain.Transactions;

/// <summary>A node's answer to a transaction.</summary>
/// <param name="Outcome">Whether it waits for a block now.</param>
/// <param name="Hash">The transaction's.</param>
/// <param name="Reason">Why it is refused; null when it is not.</param>
internal sealed record Submission(SubmissionOutcome Outcome, Hash256 Hash, string? Reason = null);
