namespace Gateway.Api.Chat;

/// <summary>Counts what a JSON string is without its escapes (RFC 8259, section 7), in one pass and without a
/// copy.</summary>
internal static class Escapes
{
    /// <summary>UTF-8 bytes of the text that a valid JSON string between its quotes stands for.</summary>
    public static int Utf8Length(ReadOnlySpan<byte> raw)
    {
        var length = raw.Length;
        for (var at = raw.IndexOf((byte)'\\'); at >= 0;)
        {
            var isUnit = raw[at + 1] == 'u';
            length -= isUnit ? 6 - UnitBytes(raw[(at + 2)..]) : 1;
            at += isUnit ? 6 : 2;
            var next = raw[at..].IndexOf((byte)'\\');
            at = next < 0 ? -1 : at + next;
        }

        return length;
    }

    // Each half of a surrogate pair stands for two of its four bytes.
    private static int UnitBytes(ReadOnlySpan<byte> digits)
    {
        var unit = 0;
        foreach (var digit in digits[..4])
        {
            unit = (unit * 16) + (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return unit switch
        {
            < 0x80 => 1,
            < 0x800 => 2,
            >= 0xD800 and < 0xE000 => 2,
            _ => 3,
        };
    }
}
