using System.Buffers;
using SimpleBase;

namespace Gateway.ChainBridge.Keys;

/// <summary>SS58 addresses of 32-byte accounts (paritytech/ss58-registry): base58 of network prefix, account and the
/// first two bytes of BLAKE2b-512("SS58PRE" || prefix || account).</summary>
internal static class Ss58
{
    public const int AccountLength = 32;

    /// <summary>Substrate's generic prefix, which Bittensor uses.</summary>
    public const ushort BittensorPrefix = 42;

    private const int ChecksumLength = 2;
    private const int LongestPrefix = 2;
    private const int LongestAddress = LongestPrefix + AccountLength + ChecksumLength;
    private const int LongestText = 50;

    // More than 50 digits of base 58 can hold.
    private const int DecodingLength = 64;
    private const int TwoBytePrefixes = 64;
    private const int PrefixLimit = 1 << 14;
    private const byte ReservedFirstByte = 0x80;

    private static readonly SearchValues<char> Digits =
        SearchValues.Create("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");

    /// <summary>The address of <paramref name="account"/>.</summary>
    /// <param name="account">32 bytes.</param>
    /// <param name="prefix">0 to 16383.</param>
    public static string Encode(ReadOnlySpan<byte> account, ushort prefix = BittensorPrefix)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(account.Length, AccountLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(prefix, PrefixLimit);
        Span<byte> address = stackalloc byte[LongestAddress];
        var length = WritePrefix(prefix, address);
        account.CopyTo(address[length..]);
        length += AccountLength;
        Checksum(address[..length], address.Slice(length, ChecksumLength));
        return Base58.Bitcoin.Encode(address[..(length + ChecksumLength)]);
    }

    /// <summary>Reads the 32-byte account of an address with Bittensor's prefix.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> account) => TryDecode(text, account, out _);

    /// <summary>Reads the 32-byte account of an address with Bittensor's prefix, or tells what is wrong with the text.
    /// Every account has exactly one text that is accepted.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> account, out Ss58Fault fault)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(account.Length, AccountLength);
        Span<byte> address = stackalloc byte[DecodingLength];
        fault = Read(text, address, out var length, out var prefix);
        if (fault.Kind == Ss58FaultKind.None && prefix != BittensorPrefix)
        {
            fault = new Ss58Fault(Ss58FaultKind.Prefix, prefix);
        }

        if (fault.Kind != Ss58FaultKind.None)
        {
            return false;
        }

        address.Slice(length - ChecksumLength - AccountLength, AccountLength).CopyTo(account);
        return true;
    }

    private static Ss58Fault Read(ReadOnlySpan<char> text, Span<byte> address, out int length, out ushort prefix)
    {
        length = 0;
        prefix = 0;
        if (text.IsEmpty || text.ContainsAny(" \t\r\n"))
        {
            return new Ss58Fault(Ss58FaultKind.Blank);
        }

        if (text.ContainsAnyExcept(Digits))
        {
            return new Ss58Fault(Ss58FaultKind.Character);
        }

        if (text.Length > LongestText || !Base58.Bitcoin.TryDecode(text, address, out length))
        {
            return new Ss58Fault(Ss58FaultKind.Length);
        }

        var prefixLength = ReadPrefix(address, out prefix);
        if (length != prefixLength + AccountLength + ChecksumLength)
        {
            return new Ss58Fault(Ss58FaultKind.Length);
        }

        return HasChecksum(address[..length])
            ? new Ss58Fault(IsCanonical(prefix, prefixLength) ? Ss58FaultKind.None : Ss58FaultKind.Prefix, prefix)
            : new Ss58Fault(Ss58FaultKind.Checksum);
    }

    // 0 to 63 are one byte; the 14 bits of larger ones are laid out so that the first byte tells them apart.
    private static int WritePrefix(ushort prefix, Span<byte> address)
    {
        if (prefix < TwoBytePrefixes)
        {
            address[0] = (byte)prefix;
            return 1;
        }

        address[0] = (byte)(((prefix >> 2) & 0x3f) | 0x40);
        address[1] = (byte)((prefix >> 8) | ((prefix & 0x03) << 6));
        return 2;
    }

    private static int ReadPrefix(ReadOnlySpan<byte> address, out ushort prefix)
    {
        if (address[0] < TwoBytePrefixes)
        {
            prefix = address[0];
            return 1;
        }

        prefix = (ushort)(((address[0] & 0x3f) << 2) | (address[1] >> 6) | ((address[1] & 0x3f) << 8));
        return address[0] < ReservedFirstByte ? 2 : DecodingLength;
    }

    private static bool IsCanonical(ushort prefix, int prefixLength) => prefixLength == 1 || prefix >= TwoBytePrefixes;

    private static bool HasChecksum(ReadOnlySpan<byte> address)
    {
        Span<byte> expected = stackalloc byte[ChecksumLength];
        Checksum(address[..^ChecksumLength], expected);
        return expected.SequenceEqual(address[^ChecksumLength..]);
    }

    private static void Checksum(ReadOnlySpan<byte> content, Span<byte> checksum)
    {
        var preamble = "SS58PRE"u8;
        Span<byte> preimage = stackalloc byte[preamble.Length + LongestAddress];
        Span<byte> hash = stackalloc byte[64];
        preamble.CopyTo(preimage);
        content.CopyTo(preimage[preamble.Length..]);
        Hashes.Blake2b512(preimage[..(preamble.Length + content.Length)], hash);
        hash[..ChecksumLength].CopyTo(checksum);
    }
}
