namespace Gateway.Billing;

/// <summary>Signs receipts with Ed25519 (RFC 8032). Called by many threads at once.</summary>
public interface IReceiptSigner
{
    /// <summary>Names the public key among the published ones: the receipt's <c>kid</c>.</summary>
    public string KeyId { get; }

    /// <summary>The 64-byte signature of a message.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message);
}
