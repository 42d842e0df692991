using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Gateway.ChainBridge.Blocks;

namespace Gateway.ChainBridge.Rpc;

/// <summary>Bytes and numbers as nodes write them in JSON: text of <c>0x</c> and hex digits.</summary>
internal static class HexJson
{
    private static ReadOnlySpan<byte> Mark => "0x"u8;

    /// <summary>Bytes, decoded straight from the message.</summary>
    /// <exception cref="FormatException">Not text of 0x and pairs of hex digits.</exception>
    public static byte[] ReadBytes(ref Utf8JsonReader reader)
    {
        var digits = Digits(ref reader);
        var bytes = new byte[digits.Length / 2];
        return digits.Length % 2 == 0
            && Convert.FromHexString(digits, bytes, out _, out _) == OperationStatus.Done
                ? bytes
                : throw new FormatException("The text is not pairs of hex digits.");
    }

    /// <summary>Bytes, or null.</summary>
    public static byte[]? ReadOptionalBytes(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Null ? null : ReadBytes(ref reader);

    public static Hash256 ReadHash(ref Utf8JsonReader reader)
    {
        var bytes = ReadBytes(ref reader);
        return bytes.Length == Hash256.Length
            ? new Hash256(bytes)
            : throw new FormatException($"A hash has {Hash256.Length} bytes, not {bytes.Length}.");
    }

    public static Hash256? ReadOptionalHash(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Null ? null : ReadHash(ref reader);

    /// <summary>A block number: hex digits without leading zeros, as serde writes U256.</summary>
    public static uint ReadNumber(ref Utf8JsonReader reader) => uint.TryParse(
        Digits(ref reader), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException("The text is not a hex number of 32 bits.");

    public static void WriteHex(this Utf8JsonWriter json, ReadOnlySpan<byte> bytes)
    {
        var length = Mark.Length + (2 * bytes.Length);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Mark.CopyTo(rented);
            _ = Convert.TryToHexStringLower(bytes, rented.AsSpan(Mark.Length), out _);
            json.WriteStringValue(rented.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public static void WriteHash(this Utf8JsonWriter json, Hash256 hash) => json.WriteHex(hash.Bytes);

    private static ReadOnlySpan<byte> Digits(ref Utf8JsonReader reader) =>
        reader is { TokenType: JsonTokenType.String, ValueIsEscaped: false } && reader.ValueSpan.StartsWith(Mark)
            ? reader.ValueSpan[Mark.Length..]
            : throw new FormatException("The value is not text that begins with 0x.");
}
