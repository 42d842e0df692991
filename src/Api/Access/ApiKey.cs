using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Api.Access;

/// <summary>The text of a key: <c>gw-</c> or <c>gw-admin-</c>, 30 random base62 characters (178 bits), and 6 more that
/// are the CRC-32 of all before them, so that a typo is refused without touching a store. Secret scanners find it as
/// <c>gw-(admin-)?[0-9A-Za-z]{36}</c>.</summary>
internal static partial class ApiKey
{
    public const string Prefix = "gw-";
    public const string AdminPrefix = "gw-admin-";

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int RandomLength = 30;
    private const int ChecksumLength = 6;

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    /// <summary>A new key from the system's random numbers, without modulo bias.</summary>
    public static string Create(KeyKind kind)
    {
        var prefix = kind == KeyKind.Admin ? AdminPrefix : Prefix;
        return Complete(prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength));
    }

    /// <summary>A whole key of a prefix and 30 characters.</summary>
    public static string Complete(string body) => body + Checksum(body);

    /// <summary>Whether the text is a whole key: prefix, alphabet, length and checksum.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> key)
    {
        var prefix = key.StartsWith(AdminPrefix, StringComparison.Ordinal) ? AdminPrefix : Prefix;
        if (!key.StartsWith(prefix, StringComparison.Ordinal)
            || key.Length != prefix.Length + RandomLength + ChecksumLength
            || key[prefix.Length..].ContainsAnyExcept(Letters))
        {
            return false;
        }

        return key[^ChecksumLength..].SequenceEqual(Checksum(key[..^ChecksumLength]));
    }

    /// <summary>Whether a whole key stands somewhere in a text.</summary>
    public static bool StandsIn(string text)
    {
        if (!text.Contains(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var match in Pattern().EnumerateMatches(text))
        {
            if (IsWellFormed(text.AsSpan(match.Index, match.Length)))
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex("gw-(admin-)?[0-9A-Za-z]{36}")]
    private static partial Regex Pattern();

    private static string Checksum(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[Encoding.ASCII.GetMaxByteCount(AdminPrefix.Length + RandomLength)];
        var crc = Crc32.HashToUInt32(bytes[..Encoding.ASCII.GetBytes(text, bytes)]);
        return string.Create(ChecksumLength, crc, static (digits, value) =>
        {
            for (var i = ChecksumLength - 1; i >= 0; i--)
            {
                (value, var digit) = Math.DivRem(value, (uint)Alphabet.Length);
                digits[i] = Alphabet[(int)digit];
            }
        });
    }
}
