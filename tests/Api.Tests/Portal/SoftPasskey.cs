using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Api.Tests.Portal;

/// <summary>An authenticator in software (W3C Web Authentication, 6): one P-256 key that answers as a test wishes.
/// </summary>
internal sealed class SoftPasskey(string origin) : IDisposable
{
    private const byte Present = 0x01;
    private const byte Verified = 0x04;
    private const byte HasCredential = 0x40;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(16);
    private string _user = "";

    /// <summary>What the page says that it is.</summary>
    public string Origin { get; set; } = origin;

    /// <summary>How often it has signed.</summary>
    public uint Counter { get; set; }

    /// <summary>Whether it asked its owner for a finger or a PIN.</summary>
    public bool Verifies { get; set; } = true;

    /// <summary>The public key as COSE writes it, base64url.</summary>
    public string PublicKey => Base64Url.EncodeToString(Cose());

    private string Id => Base64Url.EncodeToString(_id);

    /// <summary>Answers the options of a new passkey.</summary>
    public string Create(string options)
    {
        var json = JsonNode.Parse(options)!;
        _user = (string)json["user"]!["id"]!;
        byte[] data =
        [
            .. Head((string)json["rp"]!["id"]!, HasCredential), .. new byte[16], 0, (byte)_id.Length, .. _id, .. Cose(),
        ];
        byte[] attestation =
        [
            0xa3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xa0, 0x68, .. "authData"u8,
            0x58, (byte)data.Length, .. data,
        ];
        return Credential(new()
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(Client("webauthn.create", (string)json["challenge"]!)),
            ["attestationObject"] = Base64Url.EncodeToString(attestation),
            ["transports"] = new JsonArray("internal"),
        });
    }

    /// <summary>Answers the options of a sign-in.</summary>
    public string Answer(string options)
    {
        var json = JsonNode.Parse(options)!;
        var client = Client("webauthn.get", (string)json["challenge"]!);
        var data = Head((string)json["rpId"]!, 0);
        var signature = _key.SignData(
            [.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence);
        return Credential(new()
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(client),
            ["authenticatorData"] = Base64Url.EncodeToString(data),
            ["signature"] = Base64Url.EncodeToString(signature),
            ["userHandle"] = _user,
        });
    }

    public void Dispose() => _key.Dispose();

    private string Credential(JsonObject response) => new JsonObject
    {
        ["id"] = Id,
        ["rawId"] = Id,
        ["type"] = "public-key",
        ["clientExtensionResults"] = new JsonObject(),
        ["response"] = response,
    }.ToJsonString();

    private byte[] Client(string type, string challenge) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["type"] = type,
        ["challenge"] = challenge,
        ["origin"] = Origin,
        ["crossOrigin"] = false,
    }.ToJsonString());

    private byte[] Head(string name, byte flags)
    {
        var counter = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(counter, Counter);
        return
        [
            .. SHA256.HashData(Encoding.UTF8.GetBytes(name)),
            (byte)(flags | Present | (Verifies ? Verified : 0)), .. counter,
        ];
    }

    private byte[] Cose()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return [0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
    }
}
