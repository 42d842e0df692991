using Gateway.Api.OpenAi;

namespace Gateway.Api.Organization;

/// <summary>The answer to a deletion, in OpenAI's shape.</summary>
internal static class DeletedJson
{
    public static Task WriteAsync(HttpContext context, string type, string id) =>
        JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, type + ".deleted");
            writer.WriteString("id"u8, id);
            writer.WriteBoolean("deleted"u8, true);
            writer.WriteEndObject();
        });
}
