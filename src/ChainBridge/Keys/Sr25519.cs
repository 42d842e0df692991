namespace Gateway.ChainBridge.Keys;

/// <summary>sr25519: Schnorr signatures over ristretto255 as w3f/schnorrkel makes them, in the signing context
/// "substrate" that chain and wallets use.</summary>
internal static class Sr25519
{
    public const int PublicKeyLength = Sodium.PointLength;
    public const int SignatureLength = 64;
    public const int MiniSecretLength = 32;

    /// <summary>Set in a signature's last byte, it tells schnorrkel's form from an Ed25519 signature.</summary>
    public const byte Marker = 0x80;

    private static readonly MerlinTranscript Context = NewContext();

    /// <summary>The group's order L = 2^252 + 27742317777372353535851937790883648493, little endian.</summary>
    private static ReadOnlySpan<byte> Order =>
    [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10,
    ];

    /// <summary>Whether <paramref name="signature"/> is one that <paramref name="publicKey"/> made of exactly these
    /// bytes. Any length is taken and every malformed input answers false: another length than 64, no marker bit, a
    /// scalar of L or more, a point or key in other than its canonical encoding, the zero key.</summary>
    public static bool Verify(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeyLength
            || signature.Length != SignatureLength
            || (signature[^1] & Marker) == 0)
        {
            return false;
        }

        Span<byte> scalar = stackalloc byte[Sodium.ScalarLength];
        signature[Sodium.PointLength..].CopyTo(scalar);
        scalar[^1] &= unchecked((byte)~Marker);

        // libsodium multiplies by s + L as by s, which would make every signature malleable.
        return IsReduced(scalar) && Holds(publicKey, message, signature[..Sodium.PointLength], scalar);
    }

    /// <summary>The transcript of a signature up to the signer's key.</summary>
    internal static MerlinTranscript Open(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message)
    {
        var transcript = Context;
        transcript.Append("sign-bytes"u8, message);
        transcript.Append("proto-name"u8, "Schnorr-sig"u8);
        transcript.Append("sign:pk"u8, publicKey);
        return transcript;
    }

    /// <summary>Commits to the point R and draws the challenge scalar.</summary>
    internal static void Challenge(ref MerlinTranscript transcript, ReadOnlySpan<byte> point, Span<byte> challenge)
    {
        Span<byte> wide = stackalloc byte[Sodium.WideScalarLength];
        transcript.Append("sign:R"u8, point);
        transcript.Challenge("sign:c"u8, wide);
        Sodium.ReduceScalar(challenge, wide);
    }

    private static bool Holds(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> point, ReadOnlySpan<byte> scalar)
    {
        Span<byte> challenge = stackalloc byte[Sodium.ScalarLength];
        Span<byte> left = stackalloc byte[Sodium.PointLength];
        Span<byte> right = stackalloc byte[Sodium.PointLength];
        var transcript = Open(publicKey, message);
        Challenge(ref transcript, point, challenge);

        // R = s*B - c*A; libsodium encodes canonically, so the comparison refuses any other encoding of R too.
        return Sodium.TryMultiply(right, challenge, publicKey)
            && Sodium.TryMultiplyBase(left, scalar)
            && Sodium.TrySubtractPoints(left, left, right)
            && left.SequenceEqual(point);
    }

    private static bool IsReduced(ReadOnlySpan<byte> scalar)
    {
        for (var i = scalar.Length - 1; i >= 0; i--)
        {
            if (scalar[i] != Order[i])
            {
                return scalar[i] < Order[i];
            }
        }

        return false;
    }

    private static MerlinTranscript NewContext()
    {
        var transcript = new MerlinTranscript("SigningContext"u8);
        transcript.Append(default, "substrate"u8);
        return transcript;
    }
}
