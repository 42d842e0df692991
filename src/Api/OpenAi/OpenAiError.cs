using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Api.Messages;
using Gateway.Api.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.OpenAi;

/// <summary>A refusal in OpenAI's shape: <c>{"error":{message,type,param,code,details?}}</c>.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">OpenAI's class of error.</param>
/// <param name="Code">The stable code a program switches on.</param>
/// <param name="Message">For a person: names the field and the remedy; never a key, a prompt or an answer.</param>
/// <param name="Param">A path such as <c>messages[2].content[0]</c>, when one field is at fault.</param>
internal sealed record OpenAiError(int Status, string Type, string Code, string Message, string? Param = null)
{
    private const string InvalidRequest = "invalid_request_error";
    private const int DrainRetrySeconds = 1;

    // The answer is JSON and says so, with nosniff: quotes in a message may stand as they are.
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Whole seconds after which a repeat may succeed; written as <c>retry-after</c>.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The same in milliseconds, where it is known as exactly; written as <c>retry-after-ms</c>.</summary>
    public long? RetryAfterMs { get; init; }

    /// <summary>What clients that repeat by themselves are told by <c>x-should-retry</c>; null leaves it to
    /// them.</summary>
    public bool? ShouldRetry { get; init; }

    /// <summary>Writes the members of <c>error.details</c>, when there are any.</summary>
    public Action<Utf8JsonWriter>? Details { get; init; }

    public static OpenAiError Invalid(string code, string message, string? param = null) =>
        new(StatusCodes.Status400BadRequest, InvalidRequest, code, message, param);

    public static OpenAiError InvalidKey(string message) =>
        new(StatusCodes.Status401Unauthorized, InvalidRequest, "invalid_api_key", message);

    public static OpenAiError NotFound(string code, string message, string? param = null) =>
        new(StatusCodes.Status404NotFound, InvalidRequest, code, message, param);

    public static OpenAiError Forbidden(string message) =>
        new(StatusCodes.Status403Forbidden, "permission_error", "insufficient_permissions", message);

    public static OpenAiError Upstream(int status, string code, string message) =>
        new(status, "upstream_error", code, message);

    public static OpenAiError Server(int status, string code, string message, int? retryAfter = null) =>
        new(status, "server_error", code, message) { RetryAfter = retryAfter };

    public static OpenAiError TooLarge(long limit) => new(StatusCodes.Status413PayloadTooLarge, InvalidRequest,
        "request_too_large", $"The request body is larger than {limit} bytes.");

    public static OpenAiError Draining() => Server(StatusCodes.Status503ServiceUnavailable, "draining",
        "This replica is shutting down. Repeat the request; another answers.", DrainRetrySeconds);

    public static OpenAiError TooSlow() => new(StatusCodes.Status408RequestTimeout, InvalidRequest,
        "request_timeout", "The request body came too slowly.");

    public static OpenAiError MediaType(string message) =>
        new(StatusCodes.Status415UnsupportedMediaType, InvalidRequest, "unsupported_media_type", message);

    public async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        var facts = CallFacts.Of(context);
        facts?.Code = Code;
        if (response.HasStarted)
        {
            context.Abort();
            return;
        }

        response.StatusCode = Status;
        response.ContentType = "application/json";
        if (Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        WriteRetry(response.Headers);
        await using (var writer = new Utf8JsonWriter(response.BodyWriter, Readable))
        {
            if (AnthropicError.Applies(context.Request))
            {
                var request = context.Features.GetRequiredFeature<RequestIdentity>().Id;
                AnthropicError.Write(writer, this, request.ToString());
            }
            else
            {
                Write(writer);
            }

            await writer.FlushAsync();
            facts?.BytesOut = writer.BytesCommitted;
        }

        await response.CompleteAsync();
    }

    private void WriteRetry(IHeaderDictionary headers)
    {
        if (RetryAfter is { } seconds)
        {
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (RetryAfterMs is { } millis)
        {
            headers["retry-after-ms"] = millis.ToString(CultureInfo.InvariantCulture);
        }

        if (ShouldRetry is { } shouldRetry)
        {
            headers["x-should-retry"] = shouldRetry ? "true" : "false";
        }
    }

    /// <summary>Writes the whole body: an object with the member <c>error</c>.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("error"u8);
        writer.WriteString("message"u8, Message);
        writer.WriteString("type"u8, Type);
        writer.WriteString("param"u8, Param);
        writer.WriteString("code"u8, Code);
        WriteDetails(writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Writes the member <c>details</c>, where there are any.</summary>
    public void WriteDetails(Utf8JsonWriter writer)
    {
        if (Details is not null)
        {
            writer.WriteStartObject("details"u8);
            Details(writer);
            writer.WriteEndObject();
        }
    }
}
