using System.Text.Json;
using Gateway.Api.Content;

namespace Gateway.Api.Files;

/// <summary>A file as OpenAI's API shows it.</summary>
internal static class FileJson
{
    private const long MillisPerSecond = 1000;

    public static string IdOf(Guid id) => "file-" + id.ToString("N");

    public static void Write(Utf8JsonWriter writer, FileRow row, string name)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, IdOf(row.Id));
        writer.WriteString("object"u8, "file"u8);
        writer.WriteNumber("bytes"u8, row.Bytes);
        writer.WriteNumber("created_at"u8, row.CreatedAt / MillisPerSecond);
        if (row.ExpiresAt is { } expires)
        {
            writer.WriteNumber("expires_at"u8, expires / MillisPerSecond);
        }
        else
        {
            writer.WriteNull("expires_at"u8);
        }

        writer.WriteString("filename"u8, name);
        writer.WriteString("purpose"u8, row.Purpose);
        writer.WriteString("status"u8, "processed"u8);
        writer.WriteNull("status_details"u8);
        writer.WriteEndObject();
    }
}
