using System.Buffers.Text;
using System.Text.Json;
using NSec.Cryptography;

namespace Gateway.Api.Wiring;

/// <summary>Public keys of receipts, as they stand at <c>/.well-known/gateway-receipt-keys.json</c>: JSON Web Keys of
/// type OKP (RFC 8037).</summary>
internal sealed class ReceiptKeySet
{
    private readonly Dictionary<string, PublicKey> _keys = [];

    public static ReceiptKeySet Of(NSecReceiptSigner signer) => new()
    {
        _keys = { [signer.KeyId] = Import(signer.PublicKey) },
    };

    /// <exception cref="FormatException">The text is no such set.</exception>
    public static ReceiptKeySet Parse(string json)
    {
        try
        {
            var set = new ReceiptKeySet();
            using var document = JsonDocument.Parse(json);
            foreach (var key in document.RootElement.GetProperty("keys").EnumerateArray())
            {
                var point = Base64Url.DecodeFromChars(key.GetProperty("x").GetString());
                set._keys[key.GetProperty("kid").GetString()!] = Import(point);
            }

            return set;
        }
        catch (Exception failure) when (
            failure is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("The file holds no set of keys.", failure);
        }
    }

    /// <summary>Whether the signature holds; null when there is no such key.</summary>
    public bool? Verify(string keyId, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        _keys.TryGetValue(keyId, out var key) ? SignatureAlgorithm.Ed25519.Verify(key, message, signature) : null;

    private static PublicKey Import(ReadOnlySpan<byte> point) =>
        PublicKey.Import(SignatureAlgorithm.Ed25519, point, KeyBlobFormat.RawPublicKey);
}
