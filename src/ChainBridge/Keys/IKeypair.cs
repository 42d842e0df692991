namespace Gateway.ChainBridge.Keys;

/// <summary>A secret that signs for an account.</summary>
internal interface IKeypair
{
    public SignatureScheme Scheme { get; }

    /// <summary>32 bytes, the account's id on the chain.</summary>
    public ReadOnlySpan<byte> PublicKey { get; }

    /// <summary>Writes the signature of a message, 64 bytes.</summary>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature);
}
