namespace Gateway.Billing;

/// <summary>An approver's signature under exactly what is paid. The books only keep it: the signer believes nothing
/// else, so that a forged row pays nothing.</summary>
/// <param name="Text">As the signer reads it, up to 4,096 characters.</param>
public readonly record struct ApprovalProof(string Text)
{
    /// <summary>The longest text.</summary>
    public const int MaxLength = 4096;
}
