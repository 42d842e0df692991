namespace Gateway.Api.Tasks.Media;

/// <summary>How long an MP3 or MP2 file is: the sum of its frames (ISO/IEC 11172-3, 2.4.1 and 2.4.2; ISO/IEC 13818-3,
/// 2.4.2 for the lower rates), behind a tag of ID3v2 (id3v2.4.0-structure, section 3.1).</summary>
internal static class MpegFrames
{
    private const int Head = 4;
    private const int TagHead = 10;
    private const int Layer3 = 1;
    private const int Layer2 = 2;
    private const int Version1 = 3;
    private const int VersionReserved = 1;

    // In kbit/s by their index: layer 3, layer 2, and both at the lower rates.
    private static readonly int[] Kbps3 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    private static readonly int[] Kbps2 = [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384];
    private static readonly int[] KbpsLow = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    private static readonly int[] Rates = [44_100, 48_000, 32_000];

    /// <summary>Null for what is no such file.</summary>
    public static long? Milliseconds(ReadOnlySpan<byte> bytes)
    {
        var rest = bytes[Math.Min(TagLength(bytes), bytes.Length)..];
        if (!TryRead(rest, out _) && !bytes.StartsWith("ID3"u8))
        {
            return null;
        }

        var micros = 0L;
        while (rest.Length >= Head)
        {
            if (TryRead(rest, out var frame))
            {
                micros += frame.Samples * 1_000_000L / frame.Rate;
                rest = rest[Math.Min(frame.Bytes, rest.Length)..];
            }
            else
            {
                // Rubbish between frames is passed over, as players do.
                var next = rest[1..].IndexOf((byte)0xFF);
                rest = next < 0 ? [] : rest[(1 + next)..];
            }
        }

        return micros == 0 ? null : Math.Max(micros / 1000, 1);
    }

    private static int TagLength(ReadOnlySpan<byte> bytes) =>
        bytes.Length < TagHead || !bytes.StartsWith("ID3"u8) ? 0
            : TagHead + ((bytes[6] & 0x7F) << 21) + ((bytes[7] & 0x7F) << 14) + ((bytes[8] & 0x7F) << 7)
                + (bytes[9] & 0x7F);

    private static bool TryRead(ReadOnlySpan<byte> bytes, out Frame frame)
    {
        frame = default;
        if (bytes.Length < Head || bytes[0] != 0xFF || (bytes[1] & 0xE0) != 0xE0)
        {
            return false;
        }

        var (version, layer) = ((bytes[1] >> 3) & 3, (bytes[1] >> 1) & 3);
        var (bits, speed) = (bytes[2] >> 4, (bytes[2] >> 2) & 3);
        if (version == VersionReserved || layer is not (Layer3 or Layer2) || bits is 0 or 15 || speed == 3)
        {
            return false;
        }

        var rate = Rates[speed] >> (version == Version1 ? 0 : version == 2 ? 1 : 2);
        var samples = layer == Layer3 && version != Version1 ? 576 : 1152;
        var kbps = (version != Version1 ? KbpsLow : layer == Layer3 ? Kbps3 : Kbps2)[bits];
        frame = new(samples, rate, (samples / 8 * kbps * 1000 / rate) + ((bytes[2] >> 1) & 1));
        return true;
    }

    private readonly record struct Frame(int Samples, int Rate, int Bytes);
}
