namespace Gateway.ChainBridge.Keys;

/// <summary>Hierarchical derivation of sr25519 keys as Substrate uses it (w3f/schnorrkel src/derive.rs, with empty
/// sign-bytes). A chain code is 32 bytes, see <see cref="Junction"/>.</summary>
internal static class Derivation
{
    public const int ChainCodeLength = 32;

    /// <summary>The soft child's public key, from the parent's public key alone.</summary>
    /// <returns>False when <paramref name="publicKey"/> is not a canonical ristretto255 point.</returns>
    public static bool TrySoftPublicKey(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> chainCode, Span<byte> child)
    {
        Span<byte> shift = stackalloc byte[Sodium.ScalarLength];
        Span<byte> point = stackalloc byte[Sodium.PointLength];
        SoftShift(publicKey, chainCode, shift);
        return Sodium.TryMultiplyBase(point, shift) && Sodium.TryAddPoints(child, publicKey, point);
    }

    /// <summary>What a soft junction adds to the secret scalar; public knowledge.</summary>
    internal static void SoftShift(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> chainCode, Span<byte> shift)
    {
        Span<byte> wide = stackalloc byte[Sodium.WideScalarLength];
        var transcript = Begin(chainCode);
        transcript.Append("public-key"u8, publicKey);
        transcript.Challenge("HDKD-scalar"u8, wide);
        Sodium.ReduceScalar(shift, wide);
    }

    /// <summary>The transcript both kinds of junction start from.</summary>
    internal static MerlinTranscript Begin(ReadOnlySpan<byte> chainCode)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(chainCode.Length, ChainCodeLength);
        var transcript = new MerlinTranscript("SchnorrRistrettoHDKD"u8);
        transcript.Append("sign-bytes"u8, default);
        transcript.Append("chain-code"u8, chainCode);
        return transcript;
    }
}
