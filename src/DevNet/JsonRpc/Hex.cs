using System.Buffers;
using System.Globalization;

namespace Gateway.DevNet.JsonRpc;

/// <summary>Bytes and numbers as nodes write them.</summary>
internal static class Hex
{
    public static string Of(ReadOnlySpan<byte> bytes) => $"0x{Convert.ToHexStringLower(bytes)}";

    /// <summary>A number in the fewest digits.</summary>
    public static string Of(ulong number) => string.Create(CultureInfo.InvariantCulture, $"0x{number:x}");

    /// <summary>The bytes, or null where the text is no hex. The mark 0x may be missing, as in the Bittensor SDK.
    /// </summary>
    public static byte[]? Parse(string text)
    {
        var digits = text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text;
        var bytes = new byte[digits.Length / 2];
        return digits.Length % 2 == 0 && Convert.FromHexString(digits, bytes, out _, out _) == OperationStatus.Done
            ? bytes
            : null;
    }
}
