using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Api.Access;

/// <summary>One-time codes of authenticator apps (RFC 6238): six digits, HMAC-SHA-1, a new one every 30
/// seconds.</summary>
internal static class Totp
{
    public const int SecretSize = 20;

    private const int StepSeconds = 30;
    private const int Digits = 6;
    private const int Modulus = 1_000_000;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The step of a code that is good now, one step early or late; null: it is not good, or not after
    /// <paramref name="last"/>, so that each code counts once.</summary>
    public static long? Match(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long last)
    {
        var step = now.ToUnixTimeSeconds() / StepSeconds;
        long? found = null;
        for (var near = step - 1; near <= step + 1; near++)
        {
            // All three are compared, so that time does not tell which was near.
            if (CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(Code(secret, near)), Encoding.UTF8.GetBytes(code)) && near > last)
            {
                found ??= near;
            }
        }

        return found;
    }

    /// <summary>The code of a step.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 6238 as authenticator apps have it.")]
    public static string Code(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, counter, hash);
        var offset = hash[^1] & 0xf;
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[offset..]) & int.MaxValue;
        return (number % Modulus).ToString("D" + Digits, CultureInfo.InvariantCulture);
    }

    /// <summary>The step of a time.</summary>
    public static long StepOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>A secret as people type it (RFC 4648, base32 without padding).</summary>
    public static string ToText(ReadOnlySpan<byte> secret)
    {
        const int BitsPerLetter = 5;
        var text = new StringBuilder();
        var (bits, held) = (0u, 0);
        foreach (var part in secret)
        {
            (bits, held) = (unchecked((bits << 8) | part), held + 8);
            while (held >= BitsPerLetter)
            {
                held -= BitsPerLetter;
                text.Append(Alphabet[(int)((bits >> held) & 31)]);
            }
        }

        return (held == 0 ? text : text.Append(Alphabet[(int)((bits << (BitsPerLetter - held)) & 31)])).ToString();
    }

    /// <summary>The address that authenticator apps read from a QR code.</summary>
    public static string ToAddress(string secret, string email, string issuer) =>
        $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(email)}?secret={secret}"
        + $"&issuer={Uri.EscapeDataString(issuer)}";
}
