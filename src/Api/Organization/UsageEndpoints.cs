using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Billing;

namespace Gateway.Api.Organization;

/// <summary>GET /v1/organization/usage/... for each kind of endpoint and /v1/organization/costs in OpenAI's shape, and
/// the same figures as a file.</summary>
internal sealed class UsageEndpoints(Statements statements, TimeProvider time)
{
    private const int MaxExportDays = 366;

    /// <summary>The kinds that have a report of their own.</summary>
    public static IReadOnlyDictionary<string, Action<Utf8JsonWriter, UsageTotals>> Kinds { get; } =
        new Dictionary<string, Action<Utf8JsonWriter, UsageTotals>>
        {
            [UsageKinds.Completions] = WriteCompletions,
            [UsageKinds.Embeddings] = WriteInput,
            [UsageKinds.Moderations] = WriteInput,
            [UsageKinds.Images] = (writer, totals) => writer.WriteNumber("images"u8, totals.Images),
            [UsageKinds.AudioSpeeches] = (writer, totals) => writer.WriteNumber("characters"u8, totals.Characters),
            [UsageKinds.AudioTranscriptions] = WriteSeconds,
            [UsageKinds.Reranks] = WriteInput,
            [UsageKinds.Forecasts] = WriteTokens,
            [UsageKinds.Music] = WriteSeconds,
        };

    /// <summary>The report of one of <see cref="Kinds"/>.</summary>
    public RequestDelegate Of(string kind)
    {
        var own = Kinds[kind];
        return context => WriteAsync(context, kind, (writer, line) => WriteResult(writer, kind, line, own));
    }

    public Task CostsAsync(HttpContext context) => WriteAsync(context, kind: null, WriteCosts);

    public async Task ExportAsync(HttpContext context)
    {
        var query = new QueryReader(context.Request, "format", "from", "to", "bucket_width", "group_by", "models",
            "api_key_ids", "project_ids", "user_ids");
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var from = query.Day("from") ?? new DateOnly(today.Year, today.Month, 1);
        var to = query.Day("to") ?? today.AddDays(1);
        if (to < from || to.DayNumber - from.DayNumber > MaxExportDays)
        {
            throw QueryReader.Wrong("to", $"after from, and at most {MaxExportDays} days after it");
        }

        var isCsv = query.Choice("format", "csv", "json") == "csv";
        var bucket = query.Choice("bucket_width", "1d", "1h") == "1d" ? UsageBucket.Day : UsageBucket.Hour;
        var usage = UsageRequest.Filtered(
            query, new(Midnight(from), Midnight(to), bucket, UsageRequest.ReadGroups(query)));
        var lines = statements.ExportAsync(context.Caller().Org, usage, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentDisposition =
            $"attachment; filename=\"usage-{from:yyyy-MM-dd}-{to:yyyy-MM-dd}.{(isCsv ? "csv" : "json")}\"";
        await (isCsv
            ? UsageFile.WriteCsvAsync(context, usage, lines)
            : UsageFile.WriteJsonAsync(context, usage, lines));
    }

    private async Task WriteAsync(HttpContext context, string? kind, Action<Utf8JsonWriter, UsageLine> write)
    {
        var read = UsageRequest.Read(context.Request, time.GetUtcNow());
        var request = read with { Query = read.Query with { Kind = kind } };
        var lines = await statements.UsageAsync(context.Caller().Org, request.Query, context.RequestAborted);
        var buckets = lines.ToLookup(line => line.Start);
        await JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "page"u8);
            writer.WriteStartArray("data"u8);
            var width = request.Query.Bucket == UsageBucket.Hour ? TimeSpan.FromHours(1) : TimeSpan.FromDays(1);
            foreach (var start in request.Buckets())
            {
                writer.WriteStartObject();
                writer.WriteString("object"u8, "bucket"u8);
                writer.WriteNumber("start_time"u8, start.ToUnixTimeSeconds());
                writer.WriteNumber("end_time"u8, (start + width).ToUnixTimeSeconds());
                writer.WriteStartArray("results"u8);
                foreach (var line in buckets[start])
                {
                    write(writer, line);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteBoolean("has_more"u8, request.NextPage is not null);
            writer.WriteString("next_page"u8, request.NextPage);
            writer.WriteEndObject();
        });
    }

    private static void WriteResult(
        Utf8JsonWriter writer, string kind, UsageLine line, Action<Utf8JsonWriter, UsageTotals> own)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, $"organization.usage.{kind}.result");
        own(writer, line.Totals);
        writer.WriteNumber("num_model_requests"u8, line.Totals.Requests);
        WriteGroup(writer, line);
        writer.WriteString("model"u8, line.Model);
        if (kind == UsageKinds.Completions)
        {
            writer.WriteNull("batch"u8);
        }

        writer.WriteMoney("cost", line.Totals.Charge);
        writer.WriteEndObject();
    }

    private static void WriteCompletions(Utf8JsonWriter writer, UsageTotals totals)
    {
        writer.WriteNumber("input_tokens"u8, totals.Input);
        writer.WriteNumber("input_cached_tokens"u8, totals.Cached);
        writer.WriteNumber("output_tokens"u8, totals.Output);
        writer.WriteNumber("output_reasoning_tokens"u8, totals.Reasoning);

        // Sound is billed by its length here, never in tokens.
        writer.WriteNumber("input_audio_tokens"u8, 0);
        writer.WriteNumber("output_audio_tokens"u8, 0);
    }

    private static void WriteInput(Utf8JsonWriter writer, UsageTotals totals) =>
        writer.WriteNumber("input_tokens"u8, totals.Input);

    private static void WriteTokens(Utf8JsonWriter writer, UsageTotals totals)
    {
        WriteInput(writer, totals);
        writer.WriteNumber("output_tokens"u8, totals.Output);
    }

    // Whole seconds as OpenAI has them, rounded up once; what is charged is the milliseconds.
    private static void WriteSeconds(Utf8JsonWriter writer, UsageTotals totals)
    {
        writer.WriteNumber("seconds"u8, (totals.AudioMs + 999) / 1000);
        writer.WriteNumber("audio_ms"u8, totals.AudioMs);
    }

    private static void WriteCosts(Utf8JsonWriter writer, UsageLine line)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "organization.costs.result"u8);
        writer.WriteStartObject("amount"u8);
        writer.WritePropertyName("value"u8);
        writer.WriteRawValue(line.Totals.Charge.ToUsd());
        writer.WriteString("currency"u8, "usd"u8);
        writer.WriteEndObject();
        writer.WriteNumber("amount_nusd"u8, line.Totals.Charge.Value);
        writer.WriteString("line_item"u8, line.Model);
        WriteGroup(writer, line);
        writer.WriteEndObject();
    }

    private static void WriteGroup(Utf8JsonWriter writer, UsageLine line)
    {
        writer.WriteString("project_id"u8, line.Project);
        writer.WriteString("user_id"u8, line.User);
        writer.WriteString("api_key_id"u8, line.Key);
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
