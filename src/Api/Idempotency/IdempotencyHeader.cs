using Gateway.Api.OpenAi;
using Microsoft.Extensions.Primitives;

namespace Gateway.Api.Idempotency;

/// <summary>Reads the header <c>Idempotency-Key</c>: 1 to 255 printable ASCII characters.</summary>
internal static class IdempotencyHeader
{
    public const string Name = "Idempotency-Key";
    public const int MaxLength = 255;

    private const char FirstPrintable = ' ';
    private const char LastPrintable = '~';

    /// <summary>The key, or null when the request has none.</summary>
    /// <exception cref="RefusedException">400, when it stands there twice or is none that can be kept.</exception>
    public static string? Read(HttpRequest request)
    {
        var values = request.Headers[Name];
        return values.Count == 0 ? null : Require(values);
    }

    private static string Require(StringValues values)
    {
        if (values.Count > 1)
        {
            throw Refused($"Send one {Name} header.");
        }

        var key = values.ToString();
        return key.Length is > 0 and <= MaxLength
            && !key.AsSpan().ContainsAnyExceptInRange(FirstPrintable, LastPrintable)
            ? key
            : throw Refused($"{Name} must be 1 to {MaxLength} printable ASCII characters.");
    }

    private static RefusedException Refused(string message) =>
        new(OpenAiError.Invalid("invalid_value", message, Name));
}
