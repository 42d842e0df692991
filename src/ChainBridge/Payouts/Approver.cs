namespace Gateway.ChainBridge.Payouts;

/// <summary>A person whose word counts at the signer. The list is the signer's own: no row in the books adds to it.
/// </summary>
/// <param name="Person">As the books name them, in lower case.</param>
/// <param name="Address">The account that signs for them, SS58; or a passkey, as <see cref="ApproverPasskey"/> writes
/// it.</param>
public sealed record Approver(string Person, string Address);
