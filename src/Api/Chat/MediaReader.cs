using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Chat;

/// <summary>Checks images and sounds that stand in a message. They must stand in it as data: the gateway does not fetch
/// addresses, and an expert's server must not be made to.</summary>
internal static class MediaReader
{
    private const int MaxImageBytes = 10 * 1024 * 1024;

    private static readonly string[] ImagePrefixes =
    [
        "data:image/png;base64,", "data:image/jpeg;base64,", "data:image/webp;base64,", "data:image/gif;base64,",
    ];

    private static readonly string[] SoundFormats = ["wav", "mp3"];

    /// <summary>Bytes that an <c>image_url</c> part's data takes in the body.</summary>
    public static int ReadImage(JsonElement part, string path)
    {
        var image = Member(part, path, "image_url");
        FieldReader.RefuseOthers(image, $"{path}.image_url", "url", "detail");
        var url = Member(image, $"{path}.image_url", "url");
        var raw = Text(url, $"{path}.image_url.url");
        foreach (var prefix in ImagePrefixes)
        {
            if (raw.Length > prefix.Length && Ascii(raw[..prefix.Length], prefix))
            {
                return CheckBase64(raw[prefix.Length..])
                    ? RawLength(url)
                    : throw InvalidImage(path, $"must be base64 of at most {MaxImageBytes} bytes");
            }
        }

        throw InvalidImage(path, "must be a data URL of a png, jpeg, webp or gif; addresses are not fetched");
    }

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
        return Base64.IsValid(Text(data, $"{path}.input_audio.data"))
            ? RawLength(data)
            : throw FieldReader.WrongType($"{path}.input_audio.data", "base64");
    }

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

    // Four characters of base64 are three bytes.
    private static bool CheckBase64(ReadOnlySpan<byte> data) =>
        data.Length / 4 * 3L <= MaxImageBytes && Base64.IsValid(data);

    private static RefusedException InvalidImage(string path, string rule) => new(OpenAiError.Invalid(
        "invalid_image_url", $"'{path}.image_url.url' {rule}.", $"{path}.image_url.url"));
}
