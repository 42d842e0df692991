using System.Security.Cryptography;

namespace Gateway.ChainBridge.Keys;

/// <summary>An sr25519 key pair (w3f/schnorrkel). Safe for concurrent signing; disposing zeroes the secret.</summary>
internal sealed class Sr25519Keypair : IKeypair, IDisposable
{
    private const int SecretLength = 64;

    // Scalar and nonce seed, 32 bytes each, as schnorrkel's SecretKey.
    private readonly PinnedSecret _secret;
    private readonly byte[] _publicKey;

    private Sr25519Keypair(PinnedSecret secret, byte[] publicKey)
    {
        _secret = secret;
        _publicKey = publicKey;
    }

    /// <inheritdoc/>
    public SignatureScheme Scheme => SignatureScheme.Sr25519;

    /// <summary>32 bytes, the account's id on the chain.</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    private ReadOnlySpan<byte> Scalar => _secret.Span[..Sodium.ScalarLength];

    private ReadOnlySpan<byte> Nonce => _secret.Span[Sodium.ScalarLength..];

    /// <summary>Expands 32 secret bytes the way Substrate does (schnorrkel's ExpansionMode::Ed25519).</summary>
    public static Sr25519Keypair FromMiniSecret(ReadOnlySpan<byte> miniSecret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(miniSecret.Length, Sr25519.MiniSecretLength);
        var secret = new PinnedSecret(SecretLength);
        SHA512.HashData(miniSecret, secret.Span);
        Clamp(secret.Span[..Sodium.ScalarLength]);
        DivideByCofactor(secret.Span[..Sodium.ScalarLength]);
        return Own(secret);
    }

    /// <summary>Opens a secret URI such as <c>//Alice</c>; see <see cref="SecretUri"/>.</summary>
    /// <exception cref="FormatException">The URI is refused; the message never repeats it.</exception>
    public static Sr25519Keypair FromUri(ReadOnlySpan<char> uri) => SecretUri.Open(uri);

    /// <summary>Writes the signature of <paramref name="message"/>, 64 bytes. Two signatures of one message differ.
    /// </summary>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(signature.Length, Sr25519.SignatureLength);
        Span<byte> wide = stackalloc byte[Sodium.WideScalarLength];
        Span<byte> witness = stackalloc byte[Sodium.ScalarLength];
        Span<byte> answer = stackalloc byte[Sodium.ScalarLength];
        try
        {
            var transcript = Sr25519.Open(_publicKey, message);
            transcript.Witness("signing"u8, Nonce, wide);
            Sodium.ReduceScalar(witness, wide);
            Multiply(witness, signature[..Sodium.PointLength]);
            Sr25519.Challenge(ref transcript, signature[..Sodium.PointLength], answer);

            // s = c * key + r
            Sodium.MultiplyScalars(answer, answer, Scalar);
            Sodium.AddScalars(signature[Sodium.PointLength..], answer, witness);
            signature[^1] |= Sr25519.Marker;
        }
        finally
        {
            Sodium.Wipe(wide);
            Sodium.Wipe(witness);
            Sodium.Wipe(answer);
        }
    }

    /// <summary>The child nobody can link to this key without its secret.</summary>
    public Sr25519Keypair DeriveHard(ReadOnlySpan<byte> chainCode)
    {
        Span<byte> miniSecret = stackalloc byte[Sr25519.MiniSecretLength];
        var transcript = Derivation.Begin(chainCode);
        try
        {
            transcript.Append("secret-key"u8, Scalar);
            transcript.Challenge("HDKD-hard"u8, miniSecret);
            return FromMiniSecret(miniSecret);
        }
        finally
        {
            transcript.Wipe();
            Sodium.Wipe(miniSecret);
        }
    }

    /// <summary>The child whose public key anybody can compute from this one's
    /// (<see cref="Derivation.TrySoftPublicKey"/>). Its secret and public data together give this key's secret.
    /// </summary>
    public Sr25519Keypair DeriveSoft(ReadOnlySpan<byte> chainCode)
    {
        Span<byte> shift = stackalloc byte[Sodium.ScalarLength];
        Derivation.SoftShift(_publicKey, chainCode, shift);
        var secret = new PinnedSecret(SecretLength);
        Sodium.AddScalars(secret.Span[..Sodium.ScalarLength], Scalar, shift);
        RandomNumberGenerator.Fill(secret.Span[Sodium.ScalarLength..]);
        return Own(secret);
    }

    /// <summary>Zeroes the secret.</summary>
    public void Dispose() => _secret.Dispose();

    private static Sr25519Keypair Own(PinnedSecret secret)
    {
        try
        {
            var publicKey = new byte[Sr25519.PublicKeyLength];
            Multiply(secret.Span[..Sodium.ScalarLength], publicKey);
            return new Sr25519Keypair(secret, publicKey);
        }
        catch
        {
            secret.Dispose();
            throw;
        }
    }

    private static void Multiply(ReadOnlySpan<byte> scalar, Span<byte> point)
    {
        // Chance brings this about once in 2^252 times; anything else is a broken random source.
        if (!Sodium.TryMultiplyBase(point, scalar))
        {
            throw new CryptographicException("The secret scalar is zero.");
        }
    }

    private static void Clamp(Span<byte> scalar)
    {
        scalar[0] &= 0xf8;
        scalar[^1] &= 0x3f;
        scalar[^1] |= 0x40;
    }

    // Clamping makes the scalar a multiple of 8, which ristretto255, having no cofactor, does not want.
    private static void DivideByCofactor(Span<byte> scalar)
    {
        var carry = 0;
        for (var i = scalar.Length - 1; i >= 0; i--)
        {
            var low = scalar[i] & 0x07;
            scalar[i] = (byte)((scalar[i] >> 3) | carry);
            carry = low << 5;
        }
    }
}
