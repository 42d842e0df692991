using System.Globalization;
using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Limits;
using Gateway.Api.OpenAi;
using Gateway.Api.Organization;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Credits;

/// <summary>GET /v1/key: what the calling key is, what it used, and what it may still use.</summary>
internal sealed class KeyEndpoint(
    Statements statements, Allowances allowances, RateLimiter limiter, TimeProvider time)
{
    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var caller = context.Caller();
        var used = await statements.SpentByKeyAsync(caller.Key, context.RequestAborted);
        var period = caller.Allowance is { } allowance
            ? await allowances.SpentAsync(caller.Org, allowance, context.RequestAborted)
            : NanoUsd.Zero;
        await JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("data"u8);
            WriteIdentity(writer, caller);
            writer.WriteMoney("usage", used);
            WriteSpendLimit(writer, caller.SpendLimit, period);
            WriteRateLimit(writer, caller);
            writer.WriteString("created_at"u8, Rfc3339(caller.CreatedAt));
            writer.WriteString("expires_at"u8, caller.ExpiresAt is { } expires ? Rfc3339(expires) : null);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    private static void WriteIdentity(Utf8JsonWriter writer, Caller caller)
    {
        writer.WriteString("id"u8, caller.Key.ToString());
        writer.WriteString("organization"u8, caller.Org.ToString());
        writer.WriteString("project"u8, caller.Project?.ToString());
        writer.WriteString("label"u8, caller.Label);
        writer.WriteString("last4"u8, caller.Last4);
        KeyJson.WriteList(writer, "scopes", caller.Scopes.ToNames());
        KeyJson.WriteList(writer, "models", caller.Models?.Order(StringComparer.Ordinal));
    }

    // Null is unlimited, as OpenRouter has it.
    private void WriteSpendLimit(Utf8JsonWriter writer, SpendLimit? limit, NanoUsd used)
    {
        if (limit is not { } given)
        {
            writer.WriteNull("limit"u8);
            writer.WriteNull("limit_remaining"u8);
            return;
        }

        writer.WriteMoney("limit", given.Cap);
        writer.WriteMoney("limit_remaining", NanoUsd.Max(given.Cap - used, NanoUsd.Zero));
        writer.WriteString("limit_interval"u8, SpendLimit.ToText(given.Period));
        writer.WriteString(
            "limit_resets_at"u8, given.Period.EndOf(time.GetUtcNow()) is { } resets ? Rfc3339(resets) : null);
    }

    private void WriteRateLimit(Utf8JsonWriter writer, Caller caller)
    {
        if (caller.Limits.General is not { Count: > 0 } rules)
        {
            writer.WriteNull("rate_limit"u8);
            return;
        }

        var (requests, tokens) = limiter.Read(rules);
        writer.WriteStartObject("rate_limit"u8);
        Write(writer, "requests", requests);
        Write(writer, "tokens", tokens);
        writer.WriteStartArray("rules"u8);
        foreach (var rule in rules)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, rule.Name);
            KeyJson.Optional(writer, "rpm", rule.Quota.RequestsPerMinute);
            KeyJson.Optional(writer, "tpm", rule.Quota.TokensPerMinute);
            KeyJson.Optional(writer, "rpd", rule.Quota.RequestsPerDay);
            KeyJson.Optional(writer, "max_concurrent_requests", rule.Quota.Concurrent);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, LimitReading reading)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("limit"u8, reading.Limit);
        writer.WriteNumber("remaining"u8, reading.Remaining);
        writer.WriteString("reset"u8, LimitReading.Duration(reading.ResetNanos));
        writer.WriteEndObject();
    }

    private static string Rfc3339(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
