using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gateway.ChainBridge.Payouts;

/// <summary>An approver's word by a passkey (W3C Web Authentication, 7.2): the authenticator signs the payment's
/// challenge itself, so nobody who can write to the books can make it. Written as
/// <c>passkey:NAME:KEY</c>: the name that the passkey belongs to, and its public key, COSE's of P-256, base64url.
/// </summary>
public static class ApproverPasskey
{
    /// <summary>What tells a passkey from an address.</summary>
    public const string Prefix = "passkey:";

    private const int PointHalf = 32;
    private const int KeyLength = 10 + PointHalf + 3 + PointHalf;
    private const int NameHash = 32;
    private const int LeastAuthenticatorData = NameHash + 5;

    // A person was there, and proved it to the authenticator.
    private const byte PresentAndVerified = 0x05;

    // RFC 9053: EC2, ES256, P-256, x; then y. CTAP2 allows a key no other encoding.
    private static ReadOnlySpan<byte> BeforeX => [0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20];

    private static ReadOnlySpan<byte> BeforeY => [0x22, 0x58, 0x20];

    /// <summary>Whether a text is such a passkey.</summary>
    public static bool IsOne(string text) => Parse(text) is not null;

    /// <summary>Whether an assertion is this passkey's signature of a challenge.</summary>
    /// <param name="passkey">As <see cref="IsOne"/> takes it.</param>
    /// <param name="challenge">64 hex digits.</param>
    /// <param name="proof">JSON with <c>authenticatorData</c>, <c>clientDataJSON</c> and <c>signature</c>, each
    /// base64url.</param>
    internal static bool HasSigned(string passkey, string challenge, string proof)
    {
        try
        {
            using var json = JsonDocument.Parse(proof);
            var data = Bytes(json.RootElement, "authenticatorData");
            var client = Bytes(json.RootElement, "clientDataJSON");
            return Parse(passkey) is { } known
                && IsFor(known.Name, challenge, client)
                && data.Length >= LeastAuthenticatorData
                && SHA256.HashData(Encoding.UTF8.GetBytes(known.Name)).AsSpan().SequenceEqual(data.AsSpan(0, NameHash))
                && (data[NameHash] & PresentAndVerified) == PresentAndVerified
                && IsSigned(known.Key, [.. data, .. SHA256.HashData(client)], Bytes(json.RootElement, "signature"));
        }
        catch (Exception failure) when (failure is JsonException or FormatException or KeyNotFoundException
            or InvalidOperationException or CryptographicException)
        {
            return false;
        }
    }

    private static bool IsFor(string name, string challenge, byte[] client)
    {
        using var json = JsonDocument.Parse(client);
        var root = json.RootElement;
        return root.GetProperty("type").GetString() == "webauthn.get"
            && root.GetProperty("challenge").GetString() == Base64Url.EncodeToString(Convert.FromHexString(challenge))
            && Uri.TryCreate(root.GetProperty("origin").GetString(), UriKind.Absolute, out var origin)
            && origin.Host == name
            && !(root.TryGetProperty("crossOrigin", out var cross) && cross.ValueKind == JsonValueKind.True);
    }

    private static bool IsSigned(ECParameters key, byte[] message, byte[] signature)
    {
        using var verifier = ECDsa.Create(key);
        return verifier.VerifyData(
            message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static (string Name, ECParameters Key)? Parse(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)
            || text[Prefix.Length..].Split(':') is not [{ Length: > 0 } name, var encoded]
            || !Base64Url.IsValid(encoded, out var length) || length != KeyLength)
        {
            return null;
        }

        var key = Base64Url.DecodeFromChars(encoded).AsSpan();
        var rest = key[(BeforeX.Length + PointHalf)..];
        return key.StartsWith(BeforeX) && rest.StartsWith(BeforeY)
            ? (name, new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint
                {
                    X = key.Slice(BeforeX.Length, PointHalf).ToArray(),
                    Y = rest[BeforeY.Length..].ToArray(),
                },
            })
            : null;
    }

    private static byte[] Bytes(JsonElement json, string name) =>
        Base64Url.DecodeFromChars(json.GetProperty(name).GetString());
}
