using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.ChainBridge.Dialects;

/// <summary>Fernet tokens (github.com/fernet/spec, Spec.md): version, time, IV, AES-128-CBC of the padded message, and
/// HMAC-SHA256 over all of it, in base64url with padding.</summary>
internal static class Fernet
{
    /// <summary>Bytes of a key: the first half signs, the second encrypts.</summary>
    public const int KeyLength = 32;

    /// <summary>Bytes of an IV.</summary>
    public const int IvLength = 16;

    private const byte Version = 0x80;
    private const int TimeOffset = 1;
    private const int IvOffset = TimeOffset + sizeof(long);
    private const int TextOffset = IvOffset + IvLength;
    private const int MacLength = 32;

    /// <summary>The token of a message, ASCII.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="message">What only the holder of the key may read.</param>
    /// <param name="now">When; whole seconds are told.</param>
    /// <param name="iv">16 bytes that nobody can predict.</param>
    public static byte[] Seal(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, DateTimeOffset now, ReadOnlySpan<byte> iv)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength);
        ArgumentOutOfRangeException.ThrowIfNotEqual(iv.Length, IvLength);
        using var aes = Aes.Create();
        aes.SetKey(key[(KeyLength / 2)..]);
        var text = aes.EncryptCbc(message, iv);
        var token = new byte[TextOffset + text.Length + MacLength];
        token[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(token.AsSpan(TimeOffset), now.ToUnixTimeSeconds());
        iv.CopyTo(token.AsSpan(IvOffset));
        text.CopyTo(token, TextOffset);
        var signed = token.AsSpan(0, TextOffset + text.Length);
        HMACSHA256.HashData(key[..(KeyLength / 2)], signed, token.AsSpan(signed.Length));
        return Padded(token);
    }

    // .NET leaves the padding out, which the specification wants.
    private static byte[] Padded(byte[] token)
    {
        var text = Base64Url.EncodeToString(token);
        return Encoding.ASCII.GetBytes(text.PadRight((text.Length + 3) / 4 * 4, '='));
    }
}
