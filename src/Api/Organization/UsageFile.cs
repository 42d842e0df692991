using System.Globalization;
using System.Text.Json;
using Gateway.Api.OpenAi;
using Gateway.Billing;

namespace Gateway.Api.Organization;

/// <summary>Usage as a file, written while it is read: an organisation's year need not fit any memory.</summary>
internal static class UsageFile
{
    private const int FlushEvery = 256;

    private static readonly (UsageGroups Group, string Name, Func<UsageLine, string?> Read)[] Names =
    [
        (UsageGroups.Project, "project_id", line => line.Project),
        (UsageGroups.Key, "api_key_id", line => line.Key),
        (UsageGroups.User, "user_id", line => line.User),
        (UsageGroups.Model, "model", line => line.Model),
    ];

    private static readonly (string Name, Func<UsageTotals, long> Read)[] Numbers =
    [
        ("requests", totals => totals.Requests),
        ("input_tokens", totals => totals.Input),
        ("input_cached_tokens", totals => totals.Cached),
        ("output_tokens", totals => totals.Output),
        ("output_reasoning_tokens", totals => totals.Reasoning),
        ("images", totals => totals.Images),
        ("audio_ms", totals => totals.AudioMs),
        ("characters", totals => totals.Characters),
    ];

    public static async Task WriteCsvAsync(HttpContext context, UsageQuery query, IAsyncEnumerable<UsageLine> lines)
    {
        context.Response.ContentType = "text/csv; charset=utf-8; header=present";
        var groups = Names.Where(name => query.Groups.HasFlag(name.Group)).ToList();
        await using var csv = new CsvWriter(context.Response.Body);
        await csv.WriteAsync(["start", .. groups.Select(group => group.Name), .. Numbers.Select(number => number.Name),
            "cost_usd", "cost_nusd"]);
        await foreach (var line in lines)
        {
            await csv.WriteAsync([Start(line), .. groups.Select(group => group.Read(line) ?? ""),
                .. Numbers.Select(number => Text(number.Read(line.Totals))), line.Totals.Charge.ToUsd(),
                Text(line.Totals.Charge.Value)]);
        }
    }

    public static async Task WriteJsonAsync(HttpContext context, UsageQuery query, IAsyncEnumerable<UsageLine> lines)
    {
        context.Response.ContentType = "application/json";
        var groups = Names.Where(name => query.Groups.HasFlag(name.Group)).ToList();
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteStartArray("data"u8);
        var written = 0;
        await foreach (var line in lines)
        {
            writer.WriteStartObject();
            writer.WriteString("start"u8, Start(line));
            groups.ForEach(group => writer.WriteString(group.Name, group.Read(line)));
            Array.ForEach(Numbers, number => writer.WriteNumber(number.Name, number.Read(line.Totals)));
            writer.WriteMoney("cost", line.Totals.Charge);
            writer.WriteEndObject();
            if (++written % FlushEvery == 0)
            {
                await writer.FlushAsync(context.RequestAborted);
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Start(UsageLine line) =>
        line.Start.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
