using System.Buffers;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Gateway.Api.OpenAi;

/// <summary>A part of a form: a field, or a file.</summary>
/// <param name="Name">The field's name: short, plain text.</param>
/// <param name="FileName">The file's name; null where it is no file.</param>
/// <param name="Content">Its bytes, within the request's body.</param>
internal sealed record FormPart(string Name, string? FileName, ReadOnlyMemory<byte> Content)
{
    public bool IsFile => FileName is not null;
}

/// <summary>Says of a route that its body is a form.</summary>
internal sealed record FormMetadata
{
    public static FormMetadata Instance { get; } = new();

    /// <summary>Whether a request's body should be a form.</summary>
    public static bool IsOf(HttpRequest request) =>
        request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<FormMetadata>() is not null;
}

/// <summary>Reads a body of type multipart/form-data (RFC 7578, RFC 2046 section 5.1) that is in memory. What browsers
/// and HTTP clients write is read; what two readers could take for two different forms is refused.</summary>
internal static class MultipartForm
{
    /// <summary>The media type.</summary>
    public const string MediaType = "multipart/form-data";

    private const int MaxParts = 64;
    private const int MaxHead = 4096;
    private const int MaxName = 64;
    private const int MaxBoundary = 70;

    // RFC 2046, section 5.1.1, without the blank.
    private static readonly SearchValues<char> BoundaryCharacters = SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=?");

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-.[]");

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    /// <summary>Whether a body says that it is a form.</summary>
    public static bool Is(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>What parts a form's parts; null for a body that says it is something else, or names none that RFC 2046
    /// allows.</summary>
    public static string? BoundaryOf(string? contentType)
    {
        if (!Is(contentType) || !MediaTypeHeaderValue.TryParse(contentType, out var type)
            || type.Parameters.Count(one => one.Name.Equals("boundary", StringComparison.OrdinalIgnoreCase)) != 1)
        {
            return null;
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= MaxBoundary && !boundary.AsSpan().ContainsAnyExcept(BoundaryCharacters)
            ? boundary
            : null;
    }

    /// <summary>Reads all parts.</summary>
    /// <exception cref="RefusedException">400 for a body that is no form, or one with too many parts, too long heads,
    /// or names that are not plain.</exception>
    public static List<FormPart> Read(string? contentType, ReadOnlyMemory<byte> body)
    {
        var boundary = BoundaryOf(contentType) ?? throw Broken("has no boundary in its content-type");
        var mark = Encoding.ASCII.GetBytes("\r\n--" + boundary);
        var parts = new List<FormPart>();
        if (!body.Span.StartsWith(mark.AsSpan(LineEnd.Length)))
        {
            throw Broken("does not begin with its boundary");
        }

        for (var rest = body[(mark.Length - LineEnd.Length)..]; !IsEnd(rest.Span);)
        {
            var end = rest.Span.IndexOf(mark);
            if (end < 0 || !rest.Span.StartsWith(LineEnd))
            {
                throw Broken("has a part that does not end");
            }

            if (parts.Count == MaxParts)
            {
                throw Broken($"has more than {MaxParts} parts");
            }

            // The line's end belongs to the mark, and the next part's begins behind it.
            parts.Add(ReadPart(rest[..end]));
            rest = rest[(end + mark.Length)..];
        }

        return parts;
    }

    public static RefusedException Broken(string how) =>
        new(OpenAiError.Invalid("invalid_value", $"The form {how}."));

    private static bool IsEnd(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            throw Broken("does not end");
        }

        if (!rest.StartsWith("--"u8))
        {
            return false;
        }

        return rest[2..].Trim(LineEnd).IsEmpty ? true : throw Broken("goes on behind its end");
    }

    private static FormPart ReadPart(ReadOnlyMemory<byte> part)
    {
        var head = part.Span.IndexOf(HeadEnd);
        if (head < LineEnd.Length || head > MaxHead)
        {
            throw Broken("has a part whose head is missing or too long");
        }

        var content = part[(head + HeadEnd.Length)..];
        return ReadHead(part.Span[LineEnd.Length..head], content);
    }

    private static FormPart ReadHead(ReadOnlySpan<byte> head, ReadOnlyMemory<byte> content)
    {
        ContentDispositionHeaderValue? disposition = null;
        foreach (var line in Encoding.UTF8.GetString(head).Split("\r\n"))
        {
            var (name, value) = line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
                ? (line[..colon], line[(colon + 1)..].Trim())
                : throw Broken("has a part whose head is none");
            if (name.Equals("content-disposition", StringComparison.OrdinalIgnoreCase))
            {
                disposition = disposition is null && ContentDispositionHeaderValue.TryParse(value, out var parsed)
                    ? parsed
                    : throw Broken("has a part with a wrong content-disposition");
            }
            else if (name.Equals("content-transfer-encoding", StringComparison.OrdinalIgnoreCase)
                && value.ToUpperInvariant() is not ("BINARY" or "8BIT" or "7BIT"))
            {
                throw Broken("has a part in an encoding; send it as it is");
            }
        }

        return disposition is not null && disposition.DispositionType == "form-data"
            ? new(NameOf(disposition), FileNameOf(disposition), content)
            : throw Broken("has a part that is no form-data");
    }

    private static string NameOf(ContentDispositionHeaderValue disposition)
    {
        var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
        return name.Length is > 0 and <= MaxName && !name.AsSpan().ContainsAnyExcept(NameCharacters)
            && disposition.Parameters.Count(one => one.Name.Equals("name", StringComparison.OrdinalIgnoreCase)) == 1
            ? name
            : throw Broken("has a part without a plain name");
    }

    private static string? FileNameOf(ContentDispositionHeaderValue disposition) =>
        disposition.FileNameStar.HasValue ? disposition.FileNameStar.ToString()
        : disposition.FileName.HasValue ? HeaderUtilities.RemoveQuotes(disposition.FileName).ToString()
        : null;
}
