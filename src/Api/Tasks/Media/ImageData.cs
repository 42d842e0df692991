using System.Text.Json;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Tasks.Media;

/// <summary>Checks images by their own bytes.</summary>
internal static class ImageData
{
    /// <summary>10 MB.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;

    /// <summary>Checks a data URL that has the form of one.</summary>
    /// <exception cref="RefusedException">400 <c>invalid_image_url</c>.</exception>
    public static void Check(JsonElement url, string path)
    {
        var text = url.GetString()!;
        var bytes = Convert.FromBase64String(text[(text.IndexOf(',', StringComparison.Ordinal) + 1)..]);
        if (!ImageFacts.TryRead(bytes, out var facts)
            || !text.StartsWith($"data:{facts.MediaType};", StringComparison.OrdinalIgnoreCase))
        {
            throw new RefusedException(OpenAiError.Invalid("invalid_image_url",
                $"'{path}' is not an image of the type that it says.", path));
        }

        if (facts.Pixels > ImageFacts.MaxPixels)
        {
            throw new RefusedException(OpenAiError.Invalid("invalid_image_url",
                $"'{path}' has more than {ImageFacts.MaxPixels} pixels.", path));
        }
    }

    /// <summary>Checks an image that came as a file.</summary>
    /// <exception cref="RefusedException">400 by the part's name.</exception>
    public static ImageFacts Check(ReadOnlySpan<byte> bytes, string path)
    {
        const string Allowed = "a png, jpeg or webp of at most 10 MB and 50 megapixels";
        return bytes.Length <= MaxBytes && ImageFacts.TryRead(bytes, out var facts) && facts.Kind != "gif"
            && facts.Pixels <= ImageFacts.MaxPixels
            ? facts
            : throw Chat.FieldReader.OutOfRange(path, Allowed);
    }
}
