using System.Globalization;
using System.Text.Json;
using Gateway.Api.Tasks.Media;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Tasks;

/// <summary>What images are wanted, and the reading of an expert's.</summary>
internal sealed class ImageWish
{
    public const string Sizes = "auto, or width x height such as 1024x1024, at most 50 megapixels";
    public const string Formats = "png, jpeg, webp";
    public const int MaxImages = 10;

    private const int MaxSide = 16_384;
    private const long BytesBeside = 256 * 1024;
    private const long BytesPerImage = 16 * 1024 * 1024;
    private const long MostBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan PatiencePerImage = TimeSpan.FromSeconds(54);

    private (int Width, int Height)? _size;

    /// <summary>How many, 1 to <see cref="MaxImages"/>.</summary>
    public int Count { get; set; } = 1;

    /// <summary>The format, where the caller has named one.</summary>
    public string? Format { get; private set; }

    /// <summary>Whether the caller wants addresses. There is no server to fetch from, so they are data URLs.</summary>
    public bool AsUrls { get; private set; }

    /// <summary>Takes note of a size; false for what is none.</summary>
    public bool TrySize(string text)
    {
        if (text == "auto")
        {
            _size = null;
            return true;
        }

        var by = text.IndexOf('x', StringComparison.Ordinal);
        if (by < 0 || !TrySide(text[..by], out var width) || !TrySide(text[(by + 1)..], out var height)
            || (long)width * height > ImageFacts.MaxPixels)
        {
            return false;
        }

        _size = (width, height);
        return true;
    }

    /// <summary>Takes note of a format; false for one that is not known.</summary>
    public bool TryFormat(string text)
    {
        Format = text;
        return text is "png" or "jpeg" or "webp";
    }

    /// <summary>Takes note of how images are handed on; false for another way than two.</summary>
    public bool TryWay(string text)
    {
        AsUrls = text == "url";
        return text is "url" or "b64_json";
    }

    /// <summary>The call at an expert.</summary>
    /// <param name="path">Where.</param>
    /// <param name="created">Unix seconds.</param>
    /// <param name="boundary">Of a form.</param>
    public TaskCall ToCall(string path, long created, string? boundary) => new(path, answer => Read(answer, created))
    {
        MaxBytes = Math.Min(BytesBeside + (BytesPerImage * Count), MostBytes),
        Patience = PatiencePerImage * Count,
        Boundary = boundary,
        Most = Usage.None with { Images = Count },
    };

    private static bool TrySide(string text, out int side) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out side) && side is > 0 and <= MaxSide;

    // Null where there is no image, or one is not what was asked for. What there is too much is not handed on, and what
    // is missing is not billed.
    private TaskAnswer? Read(ReadOnlyMemory<byte> body, long created)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("data"u8, out var data) || data.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var images = data.EnumerateArray().Take(Count).Select(Made.Read).ToList();
        if (images.Count == 0 || images.Exists(image => image is null || !Fits(image.Facts)))
        {
            return null;
        }

        return new(JsonBytes.Write(writer => Write(writer, images, created)), 0)
        {
            Units = Usage.None with { Images = images.Count },
        };
    }

    private bool Fits(ImageFacts facts) =>
        facts.Kind != "gif" && facts.Pixels <= ImageFacts.MaxPixels && (Format is null || facts.Kind == Format)
        && (_size is not { } size || size == (facts.Width, facts.Height));

    private void Write(Utf8JsonWriter writer, List<Made?> images, long created)
    {
        writer.WriteNumber("created"u8, created);
        writer.WriteString("output_format"u8, images[0]!.Facts.Kind);
        writer.WriteString("size"u8, FormattableString.Invariant(
            $"{images[0]!.Facts.Width}x{images[0]!.Facts.Height}"));
        writer.WriteStartArray("data"u8);
        foreach (var image in images)
        {
            writer.WriteStartObject();
            if (AsUrls)
            {
                writer.WriteString("url"u8,
                    $"data:{image!.Facts.MediaType};base64,{Convert.ToBase64String(image.Bytes)}");
            }
            else
            {
                writer.WriteBase64String("b64_json"u8, image!.Bytes);
            }

            if (image.Prompt is not null)
            {
                writer.WriteString("revised_prompt"u8, image.Prompt);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>An image that was made.</summary>
    private sealed record Made(byte[] Bytes, ImageFacts Facts, string? Prompt)
    {
        public static Made? Read(JsonElement json)
        {
            var bytes = json.GetProperty("b64_json"u8).GetBytesFromBase64();
            var prompt = json.TryGetProperty("revised_prompt"u8, out var revised) ? revised.GetString() : null;
            return ImageFacts.TryRead(bytes, out var facts) ? new(bytes, facts, prompt) : null;
        }
    }
}
