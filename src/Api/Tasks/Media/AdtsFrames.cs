namespace Gateway.Api.Tasks.Media;

/// <summary>How long a file of AAC frames is (ISO/IEC 13818-7, 6.2).</summary>
internal static class AdtsFrames
{
    private const int Head = 7;
    private const int SamplesPerFrame = 1024;

    private static readonly int[] Rates =
    [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350,
    ];

    /// <summary>Whether it begins with a frame.</summary>
    public static bool IsFrame(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Head && bytes[0] == 0xFF && (bytes[1] & 0xF6) == 0xF0 && RateIndex(bytes) < Rates.Length
        && Length(bytes) >= Head;

    /// <summary>The sum of its frames.</summary>
    public static long? Milliseconds(ReadOnlySpan<byte> bytes)
    {
        var micros = 0L;
        while (IsFrame(bytes))
        {
            micros += SamplesPerFrame * 1_000_000L / Rates[RateIndex(bytes)];
            bytes = bytes[Math.Min(Length(bytes), bytes.Length)..];
        }

        return Math.Max(micros / 1000, 1);
    }

    private static int RateIndex(ReadOnlySpan<byte> bytes) => (bytes[2] >> 2) & 0xF;

    private static int Length(ReadOnlySpan<byte> bytes) =>
        ((bytes[3] & 3) << 11) | (bytes[4] << 3) | (bytes[5] >> 5);
}
