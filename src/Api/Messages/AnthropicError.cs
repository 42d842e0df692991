using System.Text.Json;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Messages;

/// <summary>Errors as clients of Anthropic's API read them:
/// <c>{"type":"error","error":{type,message},"request_id"}</c>, with our code, field and details beside.</summary>
internal static class AnthropicError
{
    /// <summary>Whether a request's errors are told in this shape.</summary>
    public static bool Applies(HttpRequest request) =>
        request.Path.StartsWithSegments(MessagesShape.ThePath, StringComparison.OrdinalIgnoreCase);

    public static void Write(Utf8JsonWriter writer, OpenAiError error, string request)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "error"u8);
        writer.WriteStartObject("error"u8);
        writer.WriteString("type"u8, TypeOf(error.Status));
        writer.WriteString("message"u8, error.Message);
        writer.WriteString("param"u8, error.Param);
        writer.WriteString("code"u8, error.Code);
        error.WriteDetails(writer);
        writer.WriteEndObject();
        writer.WriteString("request_id"u8, request);
        writer.WriteEndObject();
    }

    private static string TypeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "authentication_error",
        StatusCodes.Status402PaymentRequired => "billing_error",
        StatusCodes.Status403Forbidden => "permission_error",
        StatusCodes.Status404NotFound => "not_found_error",
        StatusCodes.Status408RequestTimeout or StatusCodes.Status504GatewayTimeout => "timeout_error",
        StatusCodes.Status413PayloadTooLarge => "request_too_large",
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        StatusCodes.Status503ServiceUnavailable => "overloaded_error",
        >= StatusCodes.Status500InternalServerError => "api_error",
        _ => "invalid_request_error",
    };
}
