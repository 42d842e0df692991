using System.Globalization;
using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Api.Organization;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Receipts;

/// <summary>GET /v1/generation?id=: an answer's figures in OpenRouter's shape, read from its receipt.</summary>
internal sealed class GenerationEndpoint(Statements statements)
{
    public const string Path = "/v1/generation";

    // A caller may have either: the receipt's id, or that of the answer.
    private static readonly string[] AnswerIds = ["chatcmpl-", "cmpl-", "msg_", "resp_"];

    public async Task GetAsync(HttpContext context)
    {
        var text = new QueryReader(context.Request, "id").Text("id")
            ?? throw new RefusedException(OpenAiError.Invalid("missing_required_parameter", "'id' is required.", "id"));
        var receipt = TryRead(text, out var id)
            ? await statements.ReceiptAsync(context.Caller().Org, id, context.RequestAborted)
            : null;
        if (receipt is not { } json)
        {
            throw new RefusedException(OpenAiError.NotFound("not_found",
                "Your organisation has no answer with this id. A request has one as soon as its answer has ended.",
                "id"));
        }

        using var document = JsonDocument.Parse(json);
        await JsonAnswer.WriteAsync(context, writer => Write(writer, text, document.RootElement));
    }

    private static bool TryRead(string text, out RequestId id)
    {
        var prefix = Array.Find(AnswerIds, prefix => text.StartsWith(prefix, StringComparison.Ordinal));
        if (prefix is null)
        {
            return RequestId.TryParse(text, out id);
        }

        id = Guid.TryParseExact(text[prefix.Length..], "N", out var guid) ? new(guid) : default;
        return id != default;
    }

    private static void Write(Utf8JsonWriter writer, string id, JsonElement receipt)
    {
        var usage = receipt.GetProperty("usage"u8);
        var outcome = receipt.GetProperty("outcome"u8).GetString();
        var started = Time(receipt, "started");
        writer.WriteStartObject();
        writer.WriteStartObject("data"u8);
        writer.WriteString("id"u8, id);
        writer.WriteString("request_id"u8, receipt.GetProperty("id"u8).GetString());
        writer.WriteString("model"u8, receipt.GetProperty("model_served"u8).GetString());
        writer.WriteMoney("total_cost", new NanoUsd(receipt.GetProperty("charge_nusd"u8).GetInt64()));
        writer.WriteNumber("tokens_prompt"u8, usage.GetProperty("input_tokens"u8).GetInt64());
        writer.WriteNumber("tokens_completion"u8, usage.GetProperty("output_tokens"u8).GetInt64());
        WriteNumber(writer, "latency", Served(receipt, "ttft_ms"));
        writer.WriteNumber("generation_time"u8, (long)(Time(receipt, "ended") - started).TotalMilliseconds);
        writer.WriteString("provider_name"u8, Served(receipt, "upstream") is { ValueKind: JsonValueKind.String } expert
            ? expert.GetString()
            : null);
        writer.WriteBoolean("cancelled"u8, outcome == "client_gone");
        writer.WriteString("finish_reason"u8, receipt.GetProperty("finish_reason"u8).GetString());
        writer.WriteString("created_at"u8, receipt.GetProperty("started"u8).GetString());
        writer.WriteString("endpoint"u8, receipt.GetProperty("endpoint"u8).GetString());
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    // The last attempt is the one that answered, if any did.
    private static JsonElement Served(JsonElement receipt, string member) =>
        receipt.GetProperty("attempts"u8) is { ValueKind: JsonValueKind.Array } attempts
            && attempts.GetArrayLength() > 0
            && attempts[attempts.GetArrayLength() - 1].TryGetProperty(member, out var value)
            ? value
            : default;

    private static void WriteNumber(Utf8JsonWriter writer, string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            writer.WriteNumber(name, value.GetInt64());
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static DateTimeOffset Time(JsonElement receipt, string name) =>
        DateTimeOffset.Parse(receipt.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
}
