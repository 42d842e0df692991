using Gateway.Api.Chat;

namespace Gateway.Api.Tasks.Media;

/// <summary>What a sound is and how long, by its own bytes and never by what somebody says of it. Nothing is decoded.
/// </summary>
/// <param name="Kind"><c>wav</c>, <c>mp3</c>, <c>aac</c>, <c>flac</c>, <c>ogg</c>, <c>mp4</c> or <c>webm</c>.</param>
/// <param name="Ms">Its length in milliseconds; null where its head does not say.</param>
/// <param name="Bytes">Its size.</param>
internal readonly record struct SoundFacts(string Kind, long? Ms, long Bytes)
{
    // 24 hours: what its head claims beyond is no recording that anybody sends in 25 MB.
    private const long MaxMs = 24L * 3600 * 1000;

    // Speech at 6 kbit/s, the least that Opus takes (RFC 6716, section 2.1.1).
    private const long LeastBytesPerSecond = 750;

    // 3 kB/s is a usual rate of compressed speech.
    private const long UsualBytesPerSecond = 3000;

    /// <summary>The most milliseconds that it can be.</summary>
    public long BoundMs => Ms ?? Bytes * 1000 / LeastBytesPerSecond;

    /// <summary>Its length where nobody can say better.</summary>
    public long GuessMs => Ms ?? Bytes * 1000 / UsualBytesPerSecond;

    /// <summary>Reads a sound's head and, where only that tells its length, the heads of its frames.</summary>
    /// <returns>False for what is no sound, or claims to last longer than a day.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SoundFacts facts)
    {
        var (kind, ms) =
            bytes.Length > 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WAVE"u8)
                ? ("wav", WavHead.Milliseconds(bytes))
            : bytes.StartsWith("fLaC"u8) ? ("flac", FlacHead.Milliseconds(bytes))
            : bytes.StartsWith("OggS"u8) ? ("ogg", OggPages.Milliseconds(bytes))
            : bytes.Length > 12 && bytes[4..].StartsWith("ftyp"u8) ? ("mp4", Mp4Boxes.Milliseconds(bytes))
            : bytes.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]) ? ("webm", WebMHead.Milliseconds(bytes))
            : AdtsFrames.IsFrame(bytes) ? ("aac", AdtsFrames.Milliseconds(bytes))
            : MpegFrames.Milliseconds(bytes) is { } length ? ("mp3", length)
            : ("", null);
        facts = new(kind, ms, bytes.Length);
        return kind.Length > 0 && ms is null or (> 0 and <= MaxMs);
    }

    /// <summary>Checks a sound that came as a file.</summary>
    /// <exception cref="OpenAi.RefusedException">400 by the part's name.</exception>
    public static SoundFacts Check(ReadOnlySpan<byte> bytes, string path) =>
        TryRead(bytes, out var facts) && facts.Kind != "aac"
            ? facts
            : throw FieldReader.OutOfRange(
                path, "a sound of at most 24 hours as flac, m4a, mp3, mp4, mpeg, mpga, ogg, wav or webm");
}
