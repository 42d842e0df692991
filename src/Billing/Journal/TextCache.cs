using System.Text;

namespace Gateway.Billing;

/// <summary>Strings by their UTF-8 bytes, so that a text that stands in every record is one object. One slot per hash:
/// a newer text takes it over.</summary>
internal sealed class TextCache
{
    private const int Slots = 1024;
    private const int LongestKept = 256;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly (byte[] Bytes, string Text)[] _slots = new (byte[], string)[Slots];

    /// <summary>The text, perhaps of an earlier call.</summary>
    /// <exception cref="JournalFormatException">The bytes are not UTF-8.</exception>
    internal string Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return "";
        }

        if (bytes.Length > LongestKept)
        {
            return Decode(bytes);
        }

        ref var slot = ref _slots[Crc32C.Of(bytes) % Slots];
        if (slot.Bytes is null || !bytes.SequenceEqual(slot.Bytes))
        {
            slot = (bytes.ToArray(), Decode(bytes));
        }

        return slot.Text;
    }

    /// <summary>A text that is not likely to come again.</summary>
    /// <exception cref="JournalFormatException">The bytes are not UTF-8.</exception>
    internal static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return bytes.IsEmpty ? "" : Strict.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new JournalFormatException("A text of a record is not UTF-8.", error);
        }
    }
}
