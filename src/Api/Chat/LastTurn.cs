using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Gateway.Api.Chat;

/// <summary>The beginning of the last user turn, from which the router tells the kind of work.</summary>
internal static class LastTurn
{
    /// <summary>Characters that are read; the router hashes no more.</summary>
    public const int MostCharacters = 2000;

    private const int UnitLength = 6;

    /// <summary>Reads it from messages that were checked; empty when no user says a word.</summary>
    public static string Of(JsonElement messages)
    {
        var content = UserTurns.LastOf(messages);
        if (content.ValueKind == JsonValueKind.Undefined)
        {
            return "";
        }

        Span<char> text = stackalloc char[MostCharacters];
        return new(text[..Read(content, text)]);
    }

    private static int Read(JsonElement content, Span<char> text)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            return Decode(JsonMarshal.GetRawUtf8Value(content)[1..^1], text);
        }

        var length = 0;
        foreach (var part in content.ValueKind == JsonValueKind.Array ? content.EnumerateArray() : default)
        {
            if (part.TryGetProperty("text"u8, out var one) && length < text.Length)
            {
                length += Decode(JsonMarshal.GetRawUtf8Value(one)[1..^1], text[length..]);
            }
        }

        return length;
    }

    // As far as there is room: the rest of a long prompt is never decoded.
    private static int Decode(ReadOnlySpan<byte> raw, Span<char> text)
    {
        var length = 0;
        while (raw.Length > 0 && length < text.Length)
        {
            if (raw[0] == '\\')
            {
                var isUnit = raw[1] == 'u';
                text[length++] = isUnit ? Unit(raw[2..UnitLength]) : Plain(raw[1]);
                raw = raw[(isUnit ? UnitLength : 2)..];
                continue;
            }

            Rune.DecodeFromUtf8(raw, out var rune, out var used);
            if (!rune.TryEncodeToUtf16(text[length..], out var written))
            {
                break;
            }

            length += written;
            raw = raw[used..];
        }

        return length;
    }

    private static char Unit(ReadOnlySpan<byte> digits) =>
        (char)ushort.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    // A control character is a blank to the router, whichever it is.
    private static char Plain(byte letter) => letter is (byte)'"' or (byte)'\\' or (byte)'/' ? (char)letter : ' ';
}
