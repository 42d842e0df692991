using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Billing;

/// <summary>A flat JSON object that carries <c>kid</c> and <c>signature</c>: Ed25519 over a domain line and the
/// canonical form of all members but <c>signature</c>, numbers as decimal strings.</summary>
internal static class SignedJson
{
    private const string SignatureMember = "signature";

    /// <summary>The signed object as it is served, UTF-8.</summary>
    internal static byte[] Sign(JsonObject value, ReadOnlySpan<byte> domain, IReceiptSigner signer)
    {
        value["kid"] = signer.KeyId;
        value[SignatureMember] = Base64Url.EncodeToString(signer.Sign(MessageOf(Freeze(value), domain)));
        return CanonicalJson.Write(Freeze(value), numbersAsStrings: false);
    }

    /// <summary>What is wrong with the object's signature; null when it holds.</summary>
    internal static string? Problem(JsonElement value, ReadOnlySpan<byte> domain, ReceiptCheck.Verifier verify)
    {
        var keyId = value.GetProperty("kid").GetString() ?? "";
        var text = value.GetProperty(SignatureMember).GetString() ?? "";
        SignedForm.RequireTypes(value);
        if (!SignedForm.TryReadBase64Url(text, out var signature))
        {
            return "The signature is not base64url.";
        }

        return verify(keyId, MessageOf(value, domain), signature) switch
        {
            null => $"The key '{keyId}' is unknown.",
            false => "The signature does not fit: something in the signed object was changed.",
            true => null,
        };
    }

    private static byte[] MessageOf(JsonElement value, ReadOnlySpan<byte> domain)
    {
        var unsigned = JsonObject.Create(value) ?? throw new FormatException("What is signed is an object.");
        unsigned.Remove(SignatureMember);
        return [.. domain, .. CanonicalJson.Write(Freeze(unsigned), numbersAsStrings: true)];
    }

    private static JsonElement Freeze(JsonObject value) => JsonSerializer.SerializeToElement(value);
}
