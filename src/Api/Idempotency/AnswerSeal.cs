using System.Security.Cryptography;
using System.Text;
using Gateway.Api.Hosting;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Idempotency;

/// <summary>Encrypts answers under the caller's own Idempotency-Key, so that a stolen database tells neither keys nor
/// answers, and the server itself needs the caller's key to read one. Every replica of a deployment has the same
/// secret.</summary>
/// <param name="secret">32 bytes.</param>
internal sealed class AnswerSeal(byte[] secret)
{
    /// <summary>The secret's file among the keys of the data directory.</summary>
    public const string FileName = "idempotency-secret";

    // Layout of a sealed answer: version, nonce, tag, ciphertext (AES-256-GCM, NIST SP 800-38D).
    private const byte Version = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int Overhead = 1 + NonceSize + TagSize;
    private const int SecretSize = 32;

    public static AnswerSeal In(DataDirectory directory) => new(SecretIn(directory));

    /// <summary>The deployment's secret, made when there is none: 32 bytes.</summary>
    public static byte[] SecretIn(DataDirectory directory)
    {
        var secret = directory.ReadOrCreateSecret(FileName, () => RandomNumberGenerator.GetBytes(SecretSize));
        return secret.Length == SecretSize
            ? secret
            : throw new StartRefusedException($"{directory.Secret(FileName)} must hold {SecretSize} bytes as hex.");
    }

    /// <summary>What the books know a key by: HMAC-SHA-256.</summary>
    public byte[] Hash(string key) => HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(key));

    /// <summary>Encrypts what <paramref name="call"/> answered.</summary>
    /// <param name="call">The request; bound to the result, with status and type.</param>
    /// <param name="key">The caller's Idempotency-Key.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="contentType">The answer's type.</param>
    /// <param name="plain">What to encrypt.</param>
    public KeptAnswer Seal(
        IdempotentCall call, string key, int status, string contentType, ReadOnlySpan<byte> plain)
    {
        var text = new byte[Overhead + plain.Length];
        text[0] = Version;
        var nonce = text.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = Cipher(call, key);
        aes.Encrypt(nonce, plain, text.AsSpan(Overhead), text.AsSpan(1 + NonceSize, TagSize),
            Bound(call, call.Request, status, contentType));
        return new(status, contentType, text);
    }

    /// <summary>Decrypts what <paramref name="original"/> answered, asked for by <paramref name="call"/>; null when it
    /// was sealed by another secret or has been changed.</summary>
    public byte[]? Open(IdempotentCall call, string key, RequestId original, KeptAnswer answer)
    {
        var text = answer.Sealed.Span;
        if (text.Length < Overhead || text[0] != Version)
        {
            return null;
        }

        var plain = new byte[text.Length - Overhead];
        using var aes = Cipher(call, key);
        try
        {
            aes.Decrypt(text.Slice(1, NonceSize), text[Overhead..], text.Slice(1 + NonceSize, TagSize), plain,
                Bound(call, original, answer.Status, answer.ContentType));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    // HKDF (RFC 5869) with the caller's key as salt: without it the server's secret opens nothing.
    private AesGcm Cipher(IdempotentCall call, string key)
    {
        Span<byte> derived = stackalloc byte[SecretSize];
        Span<byte> salt = stackalloc byte[IdempotencyHeader.MaxLength];
        var length = Encoding.ASCII.GetBytes(key, salt);
        try
        {
            var info = Encoding.ASCII.GetBytes($"{call.Org}|{call.Key}");
            HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, derived, salt[..length], info);
            return new(derived, TagSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(salt);
        }
    }

    private static byte[] Bound(IdempotentCall call, RequestId request, int status, string contentType) =>
        Encoding.UTF8.GetBytes(FormattableString.Invariant(
            $"{call.Org}|{call.Key}|{request}|{status}|{contentType}"));
}
