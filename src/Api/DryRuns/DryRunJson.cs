using System.Globalization;
using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Api.Organization;

namespace Gateway.Api.DryRuns;

/// <summary>The outcome of a dry run in JSON.</summary>
internal static class DryRunJson
{
    /// <param name="writer">Where to.</param>
    /// <param name="result">The outcome.</param>
    /// <param name="perMinute">At how many such requests a minute; 0: nobody said.</param>
    public static void Write(Utf8JsonWriter writer, DryRunResult result, long perMinute)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "organization.limit_simulation"u8);
        writer.WriteBoolean("allowed"u8, result.Error is null);
        WriteError(writer, result.Error);
        KeyJson.Optional(writer, "hold_nusd", result.Hold?.Value);
        KeyJson.Optional(writer, "ceiling_nusd", result.Ceiling?.Value);
        KeyJson.Optional(writer, "fits", result.Fits);
        KeyJson.Optional(writer, "affordable_max_tokens", result.AffordableTokens);
        writer.WriteStartArray("limits"u8);
        foreach (var line in result.Lines)
        {
            Write(writer, line, ReferenceEquals(line, result.Blocker), perMinute);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter writer, OpenAiError? error)
    {
        if (error is null)
        {
            writer.WriteNull("status"u8);
            writer.WriteNull("body"u8);
            return;
        }

        writer.WriteNumber("status"u8, error.Status);
        writer.WritePropertyName("body"u8);
        error.Write(writer);
    }

    private static void Write(Utf8JsonWriter writer, DryRunLine line, bool isBlocker, long perMinute)
    {
        writer.WriteStartObject();
        writer.WriteString("limits"u8, line.What);
        writer.WriteString("level"u8, line.Level);
        writer.WriteString("id"u8, line.Id);
        writer.WriteString("model"u8, line.Model);
        writer.WriteString("unit"u8, line.IsMoney ? "nusd"u8 : line.What == "tokens_per_minute" ? "tokens"u8
            : "requests"u8);
        KeyJson.Optional(writer, "limit", line.Limit);
        KeyJson.Optional(writer, "used", line.Used);
        writer.WriteNumber("room"u8, line.Room);
        writer.WriteNumber("needed"u8, line.Needed);
        KeyJson.Optional(writer, "after", line.Used + line.Needed);
        writer.WriteBoolean("passes"u8, line.Passes);
        writer.WriteBoolean("blocks"u8, isBlocker);
        KeyJson.Optional(writer, "fits", line.Fits);
        KeyJson.Optional(writer, "lasts_seconds", perMinute > 0 ? line.LastsAt(perMinute) : null);
        writer.WriteString("resets_at"u8, line.Resets?.UtcDateTime.ToString(
            "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        KeyJson.WriteList(writer, "raised_by", line.Raisers.Select(RoleNames.Of));
        writer.WriteEndObject();
    }
}
