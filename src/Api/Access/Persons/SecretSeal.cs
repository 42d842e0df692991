using System.Security.Cryptography;
using System.Text;

namespace Gateway.Api.Access;

/// <summary>Seals small secrets at rest by AES-256-GCM under a key that follows from the pepper: a stolen database
/// opens none alone, and one row's secret does not open in another's place.</summary>
internal sealed class SecretSeal(Pepper pepper)
{
    private const int KeySize = 32;

    private readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, pepper.Bytes, KeySize, info: "gateway secrets of people"u8.ToArray());

    private static int NonceSize => AesGcm.NonceByteSizes.MaxSize;

    private static int TagSize => AesGcm.TagByteSizes.MaxSize;

    /// <summary>The secret as it is stored.</summary>
    /// <param name="secret">At most a few hundred bytes.</param>
    /// <param name="place">Whose it is; it opens only there.</param>
    public string Seal(ReadOnlySpan<byte> secret, string place)
    {
        var box = new byte[NonceSize + secret.Length + TagSize];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceSize));
        using var aes = new AesGcm(_key, TagSize);
        aes.Encrypt(
            box.AsSpan(0, NonceSize), secret, box.AsSpan(NonceSize, secret.Length), box.AsSpan(^TagSize..),
            Encoding.UTF8.GetBytes(place));
        return Convert.ToBase64String(box);
    }

    /// <exception cref="CryptographicException">It was sealed elsewhere, or changed.</exception>
    public byte[] Open(string text, string place)
    {
        var box = Convert.FromBase64String(text);
        var secret = new byte[box.Length - NonceSize - TagSize];
        using var aes = new AesGcm(_key, TagSize);
        aes.Decrypt(
            box.AsSpan(0, NonceSize), box.AsSpan(NonceSize, secret.Length), box.AsSpan(^TagSize..), secret,
            Encoding.UTF8.GetBytes(place));
        return secret;
    }
}
