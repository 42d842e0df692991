using System.Security.Cryptography;
using System.Text;
using Gateway.Api.Hosting;
using Gateway.Api.Idempotency;

namespace Gateway.Api.Content;

/// <summary>Encrypts what callers store, so that a copy of the database tells nothing of it. Each object has a key of
/// its own, derived from the deployment's secret, which every replica has, and which the database has not.</summary>
/// <param name="secret">32 bytes.</param>
internal sealed class ContentSeal(byte[] secret)
{
    // Layout of a sealed piece: version, nonce, tag, ciphertext (AES-256-GCM, NIST SP 800-38D).
    private const byte Version = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int Overhead = 1 + NonceSize + TagSize;
    private const int KeySize = 32;

    public static ContentSeal In(DataDirectory directory) => new(AnswerSeal.SecretIn(directory));

    /// <summary>Encrypts one part of an object.</summary>
    /// <param name="id">The object's id.</param>
    /// <param name="part">Which part of it; bound to the result, so that parts cannot change places.</param>
    /// <param name="plain">What to encrypt.</param>
    public byte[] Seal(Guid id, string part, ReadOnlySpan<byte> plain)
    {
        var text = new byte[Overhead + plain.Length];
        text[0] = Version;
        var nonce = text.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = Cipher(id);
        aes.Encrypt(nonce, plain, text.AsSpan(Overhead), text.AsSpan(1 + NonceSize, TagSize), Bound(id, part));
        return text;
    }

    /// <summary>Decrypts one part of an object.</summary>
    /// <exception cref="CryptographicException">It was sealed by another secret, is of another object or part, or has
    /// been changed.</exception>
    public byte[] Open(Guid id, string part, ReadOnlySpan<byte> text)
    {
        if (text.Length < Overhead || text[0] != Version)
        {
            throw new CryptographicException("Stored content is no sealed text.");
        }

        var plain = new byte[text.Length - Overhead];
        using var aes = Cipher(id);
        aes.Decrypt(text.Slice(1, NonceSize), text[Overhead..], text.Slice(1 + NonceSize, TagSize), plain,
            Bound(id, part));
        return plain;
    }

    // HKDF (RFC 5869); the purpose in "info" keeps these keys apart from those of kept answers.
    private AesGcm Cipher(Guid id)
    {
        Span<byte> key = stackalloc byte[KeySize];
        Span<byte> salt = stackalloc byte[16];
        id.TryWriteBytes(salt, bigEndian: true, out _);
        try
        {
            HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt, "gateway stored content"u8);
            return new(key, TagSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] Bound(Guid id, string part) => Encoding.UTF8.GetBytes($"{id:N}|{part}");
}
