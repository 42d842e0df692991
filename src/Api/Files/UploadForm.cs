using System.Text;
using Gateway.Api.OpenAi;
using Microsoft.Net.Http.Headers;

namespace Gateway.Api.Files;

/// <summary>Reads a form of type <c>multipart/form-data</c> (RFC 7578) that lies in memory, without copying its
/// files.</summary>
internal static class UploadForm
{
    /// <summary>The media type.</summary>
    public const string MediaType = "multipart/form-data";

    private const int MaxParts = 32;
    private const int MaxHead = 4096;
    private const int MaxBoundary = 70;
    private const string Disposition = "content-disposition:";

    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    /// <summary>Whether a request brings a form.</summary>
    public static bool Is(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>The parts, in their order.</summary>
    /// <exception cref="RefusedException">400: no boundary, not ended, or too many parts.</exception>
    public static List<FormPart> Read(string? contentType, ReadOnlyMemory<byte> body)
    {
        // The first boundary stands at the very beginning, all others behind a line's end.
        var mark = Encoding.ASCII.GetBytes("\r\n--" + BoundaryOf(contentType));
        if (!body.Span.StartsWith(mark.AsSpan(2)))
        {
            throw Malformed("does not begin with its boundary");
        }

        var (parts, rest) = (new List<FormPart>(), body[(mark.Length - 2)..]);
        while (!rest.Span.StartsWith("--"u8))
        {
            var end = rest.Span.IndexOf(mark);
            if (end < 0 || !rest.Span.StartsWith("\r\n"u8))
            {
                throw Malformed("is not ended by its boundary");
            }

            if (parts.Count == MaxParts)
            {
                throw Malformed($"has more than {MaxParts} parts");
            }

            parts.Add(ReadPart(rest[2..end]));
            rest = rest[(end + mark.Length)..];
        }

        return parts;
    }

    private static string BoundaryOf(string? contentType)
    {
        var boundary = MediaTypeHeaderValue.TryParse(contentType, out var type)
            ? HeaderUtilities.RemoveQuotes(type.Boundary).ToString()
            : "";
        return boundary.Length is > 0 and <= MaxBoundary && Ascii.IsValid(boundary)
            ? boundary
            : throw Malformed("has no boundary");
    }

    private static FormPart ReadPart(ReadOnlyMemory<byte> part)
    {
        var end = part.Span.IndexOf(HeadEnd);
        if (end is < 0 or > MaxHead)
        {
            throw Malformed("has a part without headers");
        }

        foreach (var line in Encoding.UTF8.GetString(part.Span[..end]).Split("\r\n"))
        {
            if (line.StartsWith(Disposition, StringComparison.OrdinalIgnoreCase)
                && ContentDispositionHeaderValue.TryParse(line[Disposition.Length..], out var found)
                && HeaderUtilities.RemoveQuotes(found.Name) is { Length: > 0 } name)
            {
                return new(name.ToString(), FileNameOf(found), part[(end + HeadEnd.Length)..]);
            }
        }

        throw Malformed("has a part without a name");
    }

    private static string? FileNameOf(ContentDispositionHeaderValue found) =>
        found.FileNameStar.HasValue ? found.FileNameStar.ToString()
        : found.FileName.HasValue ? HeaderUtilities.RemoveQuotes(found.FileName).ToString()
        : null;

    private static RefusedException Malformed(string what) =>
        new(OpenAiError.Invalid("invalid_value", $"The form {what} (RFC 7578)."));
}

/// <summary>Says of a route that its body is a form.</summary>
internal sealed record FormMetadata
{
    public static FormMetadata Instance { get; } = new();
}
