namespace Gateway.Billing;

/// <summary>SHA-256(salt || bytes) of what was received and sent, 32 bytes each, empty where there is nothing to commit
/// to: the caller, who has salt and bytes, can prove what the receipt is for.</summary>
/// <param name="Request">Of the request body as received.</param>
/// <param name="Response">Of the response body as sent; on a stream before the usage frame.</param>
public sealed record Commitments(ReadOnlyMemory<byte> Request, ReadOnlyMemory<byte> Response)
{
    internal const int Length = 32;

    /// <summary>For a request that never came to an answer.</summary>
    public static Commitments None { get; } = new(default, default);
}
