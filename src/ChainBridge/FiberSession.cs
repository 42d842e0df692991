using System.Security.Cryptography;
using System.Text.Json;
using Gateway.ChainBridge.Dialects;
using Gateway.Core;

namespace Gateway.ChainBridge;

/// <summary>A key that fiber's encrypted mode shares with one miner (rayonlabs/fiber, fiber/encrypted/validator): made
/// here, told the miner under its RSA key, named by an id in every request. Safe for concurrent use; the key is zeroed
/// by <see cref="Dispose"/>.</summary>
public sealed class FiberSession : IDisposable
{
    private const int IdLength = 32;
    private const int LeastKeyBits = 2048;

    private readonly Lock _gate = new();
    private readonly byte[] _key = GC.AllocateArray<byte>(Fernet.KeyLength, pinned: true);

    private FiberSession(RSA miner)
    {
        SecureRandom.Fill(_key);
        Span<byte> id = stackalloc byte[IdLength];
        SecureRandom.Fill(id);
        KeyId = Convert.ToHexStringLower(id);
        EncryptedKey = Convert.ToBase64String(miner.Encrypt(_key, RSAEncryptionPadding.OaepSHA256));
    }

    /// <summary>The key's name, 64 hex digits: the header <c>symmetric-key-uuid</c>.</summary>
    public string KeyId { get; }

    /// <summary>The key as the miner gets it: base64 of RSA-OAEP with SHA-256.</summary>
    public string EncryptedKey { get; }

    /// <summary>A new key for the miner that has this public key.</summary>
    /// <param name="publicKeyPem">Its RSA key, SubjectPublicKeyInfo, at least 2048 bits.</param>
    /// <exception cref="ArgumentException">It is no such key.</exception>
    public static FiberSession Create(string publicKeyPem)
    {
        try
        {
            using var miner = RSA.Create();
            miner.ImportFromPem(publicKeyPem);
            return miner.KeySize >= LeastKeyBits
                ? new FiberSession(miner)
                : throw new ArgumentException($"A key of {miner.KeySize} bits is too short.", nameof(publicKeyPem));
        }
        catch (CryptographicException failure)
        {
            throw new ArgumentException(failure.Message, nameof(publicKeyPem), failure);
        }
    }

    /// <summary>The body as it goes over the wire: the object with a member <c>nonce</c> of its own, sealed.</summary>
    /// <param name="body">A JSON object without a member of that name.</param>
    /// <param name="now">The time that the miner measures by.</param>
    /// <param name="uuid">New for every request.</param>
    /// <exception cref="ArgumentException">The body is no JSON object, or has a nonce.</exception>
    /// <exception cref="ObjectDisposedException">The key is gone.</exception>
    public byte[] Seal(ReadOnlySpan<byte> body, DateTimeOffset now, Guid uuid)
    {
        Span<byte> iv = stackalloc byte[Fernet.IvLength];
        SecureRandom.Fill(iv);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(!_key.AsSpan().ContainsAnyExcept((byte)0), this);
            return Fernet.Seal(_key, WithNonce(body, Fiber.NonceOf(now, uuid)), now, iv);
        }
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            CryptographicOperations.ZeroMemory(_key);
        }
    }

    private static byte[] WithNonce(ReadOnlySpan<byte> body, string nonce)
    {
        var reader = new Utf8JsonReader(body);
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || document.RootElement.TryGetProperty("nonce"u8, out _))
        {
            throw new ArgumentException("The body is no JSON object, or has a nonce already.", nameof(body));
        }

        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            foreach (var member in document.RootElement.EnumerateObject())
            {
                member.WriteTo(writer);
            }

            writer.WriteString("nonce"u8, nonce);
            writer.WriteEndObject();
        }

        return output.ToArray();
    }
}
