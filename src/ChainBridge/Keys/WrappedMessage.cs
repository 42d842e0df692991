namespace Gateway.ChainBridge.Keys;

/// <summary>Messages that people sign in a wallet to prove that an address is theirs. Wallets put them between
/// <c>&lt;Bytes&gt;</c> and <c>&lt;/Bytes&gt;</c>, so that what is signed can never be a transaction; a signature of
/// the bare message is therefore refused here.</summary>
internal static class WrappedMessage
{
    private static ReadOnlySpan<byte> Opening => "<Bytes>"u8;

    private static ReadOnlySpan<byte> Closing => "</Bytes>"u8;

    /// <summary>What a wallet signs when it is shown the message.</summary>
    public static byte[] Wrap(ReadOnlySpan<byte> message) => [.. Opening, .. message, .. Closing];

    /// <summary>Whether the account signed the message, wrapped. Any length is taken.</summary>
    public static bool Verify(
        ReadOnlySpan<byte> account, SignatureScheme scheme, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        var wrapped = Wrap(message);
        return scheme switch
        {
            SignatureScheme.Ed25519 => Ed25519Keypair.Verify(account, wrapped, signature),
            SignatureScheme.Sr25519 => Sr25519.Verify(account, wrapped, signature),
        };
    }
}
