using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Gateway.ChainBridge.Keys;

/// <summary>One step of a derivation path as its 32-byte chain code (paritytech/polkadot-sdk, sp-core DeriveJunction):
/// a decimal number is its u64, little endian; any other text is its SCALE encoding, padded with zeros or, over 32
/// bytes, hashed by BLAKE2b-256.</summary>
internal static class Junction
{
    /// <summary>More than any path needs, and within SCALE's two-byte length.</summary>
    public const int MaximumLength = 1024;

    private const int SingleByteLimit = 64;

    /// <summary>Writes the chain code of <paramref name="text"/>, given without its slashes.</summary>
    /// <exception cref="FormatException">Empty, over <see cref="MaximumLength"/> characters, or read differently by
    /// Substrate and polkadot.js: a number over u64, a leading plus.</exception>
    public static void Encode(ReadOnlySpan<char> text, Span<byte> chainCode)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(chainCode.Length, Derivation.ChainCodeLength);
        chainCode.Clear();
        if (text.IsEmpty || text.Length > MaximumLength)
        {
            throw new FormatException($"A junction has 1 to {MaximumLength} characters.");
        }

        if (text[0] == '+')
        {
            throw new FormatException("A junction cannot begin with a plus: wallets disagree on what it means.");
        }

        if (text.ContainsAnyExceptInRange('0', '9'))
        {
            EncodeText(text, chainCode);
            return;
        }

        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new FormatException("A numeric junction is at most 2^64 - 1: wallets disagree on larger ones.");
        }

        BinaryPrimitives.WriteUInt64LittleEndian(chainCode, number);
    }

    private static void EncodeText(ReadOnlySpan<char> text, Span<byte> chainCode)
    {
        Span<byte> scale = stackalloc byte[sizeof(ushort) + (3 * MaximumLength)];
        var length = Encoding.UTF8.GetByteCount(text);
        var prefix = WriteLength(scale, length);
        var encoded = scale[..(prefix + Encoding.UTF8.GetBytes(text, scale[prefix..]))];
        if (encoded.Length > chainCode.Length)
        {
            Hashes.Blake2b256(encoded, chainCode);
            return;
        }

        encoded.CopyTo(chainCode);
    }

    // SCALE compact: the two lowest bits are 0 for one byte and 1 for two.
    private static int WriteLength(Span<byte> scale, int length)
    {
        if (length < SingleByteLimit)
        {
            scale[0] = (byte)(length << 2);
            return 1;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(scale, (ushort)((length << 2) | 1));
        return sizeof(ushort);
    }
}
