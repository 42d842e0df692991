using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gateway.Api.OpenAi;
using Gateway.Api.Tasks.Media;

namespace Gateway.Api.Chat;

/// <summary>Checks images and sounds that stand in a message: as data, or images by an address, which the gateway
/// fetches, since an expert's server must not be made to.</summary>
internal static class MediaReader
{
    /// <summary>The longest file that is taken for an image.</summary>
    public const int MaxImageBytes = 10 * 1024 * 1024;

    // Enough of a file for its size in pixels to stand in it, behind what cameras write before it.
    private const int HeadLetters = 256 * 1024;

    private const int SoundHeadLetters = 64;
    private const int WavHeader = 44;
    private const int Mp3Header = 4;
    private const string Https = "https://";

    private static readonly string[] ImagePrefixes =
    [
        "data:image/png;base64,", "data:image/jpeg;base64,", "data:image/webp;base64,", "data:image/gif;base64,",
    ];

    private static readonly string[] SoundFormats = ["wav", "mp3"];

    /// <summary>Reads an <c>image_url</c> part.</summary>
    public static Prompt ReadImage(JsonElement part, string path)
    {
        var image = Member(part, path, "image_url");
        FieldReader.RefuseOthers(image, $"{path}.image_url", "url", "detail");
        var url = Member(image, $"{path}.image_url", "url");
        var raw = Text(url, $"{path}.image_url.url");
        foreach (var prefix in ImagePrefixes)
        {
            if (raw.Length > prefix.Length && Ascii(raw[..prefix.Length], prefix))
            {
                CheckImage(raw[prefix.Length..], path);
                return Prompt.OfImage(RawLength(url));
            }
        }

        return IsHttps(raw)
            ? Prompt.OfRemoteImage(RawLength(url))
            : throw InvalidImage(path, "must be a data URL of a png, jpeg, webp or gif, or an https address");
    }

    /// <summary>Whether an <c>image_url</c> that was read names an address.</summary>
    public static bool IsRemote(JsonElement image) =>
        IsHttps(Text(image.GetProperty("url"u8), "url"));

    public static RefusedException InvalidImage(string path, string rule) => new(OpenAiError.Invalid(
        "invalid_image_url", $"'{path}.image_url.url' {rule}.", $"{path}.image_url.url"));

    /// <summary>Bytes that an <c>input_audio</c> part's data takes in the body.</summary>
    public static int ReadSound(JsonElement part, string path)
    {
        var sound = Member(part, path, "input_audio");
        FieldReader.RefuseOthers(sound, $"{path}.input_audio", "data", "format");
        var format = FieldReader.Text(Member(sound, $"{path}.input_audio", "format"), $"{path}.input_audio.format", 8);
        if (!SoundFormats.Contains(format))
        {
            throw FieldReader.OutOfRange($"{path}.input_audio.format", string.Join(", ", SoundFormats));
        }

        var data = Member(sound, $"{path}.input_audio", "data");
        CheckSound(Text(data, $"{path}.input_audio.data"), format, $"{path}.input_audio.data");
        return RawLength(data);
    }

    // What is said to be a sound and is none would cost an expert's time, and the caller the prompt.
    private static void CheckSound(ReadOnlySpan<byte> data, string format, string path)
    {
        if (!Base64.IsValid(data))
        {
            throw FieldReader.WrongType(path, "base64");
        }

        var head = data[..Math.Min(data.Length / 4 * 4, SoundHeadLetters)];
        Span<byte> file = stackalloc byte[SoundHeadLetters / 4 * 3];
        Base64.DecodeFromUtf8(head, file, out _, out var written, isFinalBlock: head.Length == data.Length);
        if (!IsSound(file[..written], format))
        {
            throw FieldReader.OutOfRange(path, $"a sound in the format {format}");
        }
    }

    // RIFF with WAVE in it, of a length that has a header; an ID3 tag, or a frame's eleven set bits (ISO 11172-3).
    private static bool IsSound(ReadOnlySpan<byte> file, string format) => format == "wav"
        ? file.Length >= WavHeader && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WAVE"u8)
        : file.Length >= Mp3Header && (file.StartsWith("ID3"u8) || (file[0] == 0xff && (file[1] & 0xe0) == 0xe0));

    private static JsonElement Member(JsonElement value, string path, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member)
            ? member
            : throw FieldReader.Missing($"{path}.{name}");

    // Many encoders write a slash as \/: only then is a copy made to read it.
    private static ReadOnlySpan<byte> Text(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw FieldReader.WrongType(path, "a string");
        }

        var raw = JsonMarshal.GetRawUtf8Value(value)[1..^1];
        return raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(value.GetString()!) : raw;
    }

    private static int RawLength(JsonElement value) => JsonMarshal.GetRawUtf8Value(value).Length - 2;

    private static bool Ascii(ReadOnlySpan<byte> bytes, string text) =>
        System.Text.Ascii.Equals(bytes, text);

    private static bool IsHttps(ReadOnlySpan<byte> address) =>
        address.Length > Https.Length && System.Text.Ascii.EqualsIgnoreCase(address[..Https.Length], Https);

    // Four characters of base64 are three bytes. What is none of the formats is left to the expert to refuse.
    private static void CheckImage(ReadOnlySpan<byte> data, string path)
    {
        if (data.Length / 4 * 3L > MaxImageBytes || !Base64.IsValid(data))
        {
            throw InvalidImage(path, $"must be base64 of at most {MaxImageBytes} bytes");
        }

        if (FactsOf(data[..Math.Min(data.Length / 4 * 4, HeadLetters)]).Pixels > ImageFacts.MaxPixels)
        {
            throw InvalidImage(path, $"has more than {ImageFacts.MaxPixels} pixels");
        }
    }

    // Of what is none of the formats, nothing.
    private static ImageFacts FactsOf(ReadOnlySpan<byte> head)
    {
        var file = ArrayPool<byte>.Shared.Rent(Base64.GetMaxDecodedFromUtf8Length(head.Length));
        try
        {
            Base64.DecodeFromUtf8(head, file, out _, out var written, isFinalBlock: false);
            _ = ImageFacts.TryRead(file.AsSpan(0, written), out var facts);
            return facts;
        }
        finally
        {
            // The next renter must not see a picture.
            ArrayPool<byte>.Shared.Return(file, clearArray: true);
        }
    }
}
