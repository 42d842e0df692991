namespace Gateway.Billing;

/// <summary>What names a transfer for ever.</summary>
/// <param name="Genesis">The chain.</param>
/// <param name="BlockHash">The finalized block.</param>
/// <param name="EventIndex">The event in it.</param>
public readonly record struct DepositId(string Genesis, string BlockHash, int EventIndex)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Genesis}/{BlockHash}/{EventIndex}";
}
