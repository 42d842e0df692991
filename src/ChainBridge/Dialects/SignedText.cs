using System.Security.Cryptography;
using System.Text;
using Gateway.ChainBridge.Keys;

namespace Gateway.ChainBridge.Dialects;

/// <summary>What the dialects share: hashes and signatures as text.</summary>
internal static class SignedText
{
    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Sha256(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data));

    /// <summary>SHA3-256 of a text's UTF-8 in lower-case hex.</summary>
    public static string Sha3(string text)
    {
        Span<byte> hash = stackalloc byte[32];
        Hashes.Sha3(Encoding.UTF8.GetBytes(text), hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>A signature over a text, in lower-case hex without a mark.</summary>
    public static string Sign(Sr25519Keypair key, string text)
    {
        Span<byte> signature = stackalloc byte[Sr25519.SignatureLength];
        key.Sign(Encoding.UTF8.GetBytes(text), signature);
        return Convert.ToHexStringLower(signature);
    }
}
