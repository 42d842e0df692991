using System.Text.Json;
using Gateway.Api.Content;
using Gateway.Api.Files;

namespace Gateway.Api.Batches;

/// <summary>A batch as OpenAI's API shows it.</summary>
internal static class BatchJson
{
    private const long MillisPerSecond = 1000;

    public static string IdOf(Guid id) => "batch_" + id.ToString("N");

    /// <param name="writer">Where to.</param>
    /// <param name="row">The batch.</param>
    /// <param name="metadata">JSON, or null.</param>
    /// <param name="errors">A JSON array, or null.</param>
    public static void Write(Utf8JsonWriter writer, BatchRow row, string? metadata, string? errors)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, IdOf(row.Id));
        writer.WriteString("object"u8, "batch"u8);
        writer.WriteString("endpoint"u8, row.Endpoint);
        WriteErrors(writer, errors);
        writer.WriteString("input_file_id"u8, FileJson.IdOf(row.Input));
        writer.WriteString("completion_window"u8, "24h"u8);
        writer.WriteString("status"u8, row.Status);
        writer.WriteString("output_file_id"u8, row.Output is { } output ? FileJson.IdOf(output) : null);
        writer.WriteString("error_file_id"u8, row.ErrorsFile is { } file ? FileJson.IdOf(file) : null);
        WriteTime(writer, "created_at", row.CreatedAt);
        WriteTime(writer, "in_progress_at", row.InProgressAt);
        WriteTime(writer, "expires_at", row.ExpiresAt);
        WriteTime(writer, "finalizing_at", row.FinalizingAt);
        foreach (var ending in (ReadOnlySpan<string>)
            [BatchStatus.Completed, BatchStatus.Failed, BatchStatus.Expired, BatchStatus.Cancelled])
        {
            WriteTime(writer, ending + "_at", row.Status == ending ? row.EndedAt : null);
        }

        WriteTime(writer, "cancelling_at", row.CancellingAt);
        writer.WriteStartObject("request_counts"u8);
        writer.WriteNumber("total"u8, row.Total);
        writer.WriteNumber("completed"u8, row.Completed);
        writer.WriteNumber("failed"u8, row.Failed);
        writer.WriteEndObject();
        writer.WritePropertyName("usage"u8);
        writer.WriteRawValue(row.Usage ?? "null");
        writer.WritePropertyName("metadata"u8);
        writer.WriteRawValue(metadata ?? "null");
        writer.WriteEndObject();
    }

    /// <summary>Errors as they are stored: a JSON array.</summary>
    public static string ErrorsOf(IEnumerable<BatchError> errors) => JsonSerializer.Serialize(errors.Select(error =>
        new { code = error.Code, line = error.Line, message = error.Message, param = error.Param }));

    private static void WriteErrors(Utf8JsonWriter writer, string? errors)
    {
        if (errors is null)
        {
            writer.WriteNull("errors"u8);
            return;
        }

        writer.WriteStartObject("errors"u8);
        writer.WriteString("object"u8, "list"u8);
        writer.WritePropertyName("data"u8);
        writer.WriteRawValue(errors);
        writer.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, long? millis)
    {
        if (millis is { } at)
        {
            writer.WriteNumber(name, at / MillisPerSecond);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
