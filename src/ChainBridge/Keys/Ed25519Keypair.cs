namespace Gateway.ChainBridge.Keys;

/// <summary>An Ed25519 key pair (RFC 8032). Safe for concurrent signing; disposing zeroes the secret.</summary>
internal sealed class Ed25519Keypair : IKeypair, IDisposable
{
    public const int SeedLength = 32;
    public const int PublicKeyLength = 32;
    public const int SignatureLength = 64;

    private const int SecretLength = 64;

    private readonly PinnedSecret _secret = new(SecretLength);
    private readonly byte[] _publicKey = new byte[PublicKeyLength];

    private Ed25519Keypair(ReadOnlySpan<byte> seed) => Sodium.Ed25519KeyPair(_publicKey, _secret.Span, seed);

    /// <inheritdoc/>
    public SignatureScheme Scheme => SignatureScheme.Ed25519;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <param name="seed">32 secret bytes; a mnemonic's mini secret is one.</param>
    public static Ed25519Keypair FromSeed(ReadOnlySpan<byte> seed) => new(seed);

    /// <summary>Whether <paramref name="signature"/> is one that <paramref name="publicKey"/> made of these bytes; any
    /// length is taken.</summary>
    public static bool Verify(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        publicKey.Length == PublicKeyLength
        && signature.Length == SignatureLength
        && Sodium.Ed25519Verify(signature, message, publicKey);

    /// <inheritdoc/>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature) =>
        Sodium.Ed25519Sign(signature, message, _secret.Span);

    /// <summary>The hard child, the only kind Ed25519 has: the BLAKE2b-256 of a label, the seed and the chain code is
    /// its seed (paritytech/polkadot-sdk, sp-core ed25519.rs).</summary>
    public Ed25519Keypair DeriveHard(ReadOnlySpan<byte> chainCode)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(chainCode.Length, Derivation.ChainCodeLength);

        // SCALE text: the length 11 in the six upper bits of a byte, which makes a comma, then the text.
        var label = ",Ed25519HDKD"u8;
        using var preimage = new PinnedSecret(label.Length + SeedLength + Derivation.ChainCodeLength);
        using var seed = new PinnedSecret(SeedLength);
        label.CopyTo(preimage.Span);
        _secret.Span[..SeedLength].CopyTo(preimage.Span[label.Length..]);
        chainCode.CopyTo(preimage.Span[(label.Length + SeedLength)..]);
        Hashes.Blake2b256(preimage.Span, seed.Span);
        return new Ed25519Keypair(seed.Span);
    }

    /// <summary>Zeroes the secret.</summary>
    public void Dispose() => _secret.Dispose();
}
