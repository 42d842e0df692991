using System.Text.Json;
using Gateway.Api.Telemetry;
using Gateway.Core;

namespace Gateway.Api.OpenAi;

/// <summary>Writes small JSON answers straight to the response.</summary>
internal static class JsonAnswer
{
    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        write(writer);
        CallFacts.Of(context)?.BytesOut = writer.BytesCommitted + writer.BytesPending;
    }

    /// <summary>Money twice: USD as a decimal number for people, and the exact integer beside it.</summary>
    public static void WriteMoney(this Utf8JsonWriter writer, string name, NanoUsd amount)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(amount.ToUsd());
        writer.WriteNumber(name + "_nusd", amount.Value);
    }
}
