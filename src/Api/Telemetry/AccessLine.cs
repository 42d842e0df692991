using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Telemetry;

/// <summary>One request as the access log tells it: names of ours and figures, taken when it ended. Never a prompt, an
/// answer, a key, a query or a header's value; of the client's address only its network.</summary>
internal sealed class AccessLine
{
    private const int NetworkBytesOfIPv4 = 3;
    private const int NetworkBytesOfIPv6 = 6;

    private readonly Caller? _caller;
    private readonly CallFacts _facts;
    private readonly RequestIdentity? _identity;
    private readonly ActivityTraceId? _trace;
    private readonly IPAddress? _address;
    private readonly (string? Asked, string? Served) _models;
    private readonly bool _isReplayed;
    private readonly bool _isGone;
    private readonly long? _announced;

    private AccessLine(HttpContext context, CallFacts facts, ModelNames models)
    {
        _caller = context.Features.Get<Caller>();
        _facts = facts;
        _identity = context.Features.Get<RequestIdentity>();
        _trace = Activity.Current?.TraceId;
        _address = context.Connection.RemoteIpAddress;
        _models = (
            facts.Chat is { } chat ? models.NameOf(chat.Model) : null,
            facts.Delivery?.Served is { } served ? models.NameOf(served.Model) : null);
        _isReplayed = context.Response.Headers.ContainsKey("Idempotent-Replayed");
        _isGone = context.RequestAborted.IsCancellationRequested;
        _announced = context.Response.ContentLength;
    }

    /// <summary>The route's pattern.</summary>
    public required string Endpoint { get; init; }

    public required int Status { get; init; }

    public required long TotalMicros { get; init; }

    public required long? OverheadMicros { get; init; }

    /// <summary>Takes what the request's own objects say, which are gone a moment later.</summary>
    public static AccessLine Of(
        HttpContext context, CallFacts facts, ModelNames models, long totalMicros, long? overheadMicros) =>
        new(context, facts, models)
        {
            Endpoint = RequestTelemetry.EndpointOf(context),
            Status = RequestTelemetry.StatusOf(context),
            TotalMicros = totalMicros,
            OverheadMicros = overheadMicros,
        };

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString(
            "time"u8, _identity?.Started.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        writer.WriteString("request_id"u8, _identity?.Id.ToString());
        writer.WriteString("trace_id"u8, _trace?.ToString());
        writer.WriteString("org"u8, _caller?.Org.ToString());
        writer.WriteString("project"u8, _caller?.Project?.ToString());
        writer.WriteString("key_id"u8, _caller?.Key.ToString());
        writer.WriteString("endpoint"u8, Endpoint);
        WriteRoute(writer);
        writer.WriteBoolean("stream"u8, _facts.Chat?.Stream == true);
        writer.WriteNumber("status"u8, Status);
        writer.WriteString("code"u8, _facts.Code.Length > 0 ? _facts.Code : null);
        writer.WriteNumber("bytes_in"u8, _facts.BytesIn);
        writer.WriteNumber("bytes_out"u8, BytesOut());
        WriteUsage(writer);
        WriteTimes(writer);
        writer.WriteString("end"u8, EndOf(_facts.Delivery?.Status ?? DeliveryStatus.Complete, _isGone));
        writer.WriteBoolean("replayed"u8, _isReplayed);
        writer.WriteString("client"u8, NetworkOf(_address));
        writer.WriteEndObject();
    }

    /// <summary>The network an address is in: /24 of IPv4, /48 of IPv6.</summary>
    public static string? NetworkOf(IPAddress? address)
    {
        if (address is null)
        {
            return null;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        var kept = plain.AddressFamily == AddressFamily.InterNetwork ? NetworkBytesOfIPv4 : NetworkBytesOfIPv6;
        bytes.AsSpan(kept).Clear();
        return string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}/{kept * 8}");
    }

    private static string EndOf(DeliveryStatus status, bool isGone) => status switch
    {
        DeliveryStatus.Complete => isGone ? "client_gone" : "complete",
        DeliveryStatus.CutByLimit or DeliveryStatus.CutByCredit or DeliveryStatus.CutByMaxCost => "cut",
        DeliveryStatus.ClientGone => "client_gone",
        DeliveryStatus.FailedBeforeFirstByte or DeliveryStatus.FailedMidStream
            or DeliveryStatus.FailedInPart => "failed",
    };

    private long BytesOut() => _facts.Timing is { SentBytes: > 0 and var sent } ? sent
        : _facts.BytesOut > 0 ? _facts.BytesOut
        : _announced ?? 0;

    private void WriteRoute(Utf8JsonWriter writer)
    {
        var served = _facts.Delivery?.Served;
        writer.WriteString("model_asked"u8, _models.Asked);
        writer.WriteString("model_served"u8, _models.Served);
        writer.WriteString("strategy"u8, _facts.Route is { } route ? StrategyNames.NameOf(route.Used) : null);
        writer.WriteString("expert"u8, served?.Name);
        WriteOptional(writer, "netuid"u8, served?.NetUid?.Value);
        writer.WriteNumber("attempts"u8, _facts.Delivery?.Attempts.Count ?? 0);
    }

    private void WriteUsage(Utf8JsonWriter writer)
    {
        var usage = _facts.Delivery?.Usage ?? Usage.None;
        writer.WriteNumber("tokens_in"u8, usage.Input);
        writer.WriteNumber("tokens_cached"u8, usage.Cached);
        writer.WriteNumber("tokens_out"u8, usage.Output);
        writer.WriteBoolean("estimated"u8, _facts.Delivery?.Estimated == true);
        writer.WriteNumber("cost_nusd"u8, _facts.ChargeNusd);
    }

    private void WriteTimes(Utf8JsonWriter writer)
    {
        writer.WritePropertyName("ttft_ms"u8);
        if (_facts.Timing?.TtftMicros is { } ttft)
        {
            writer.WriteRawValue(Millis(ttft));
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WritePropertyName("total_ms"u8);
        writer.WriteRawValue(Millis(TotalMicros));
        WriteOptional(writer, "overhead_us"u8, OverheadMicros);
    }

    private static void WriteOptional(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static string Millis(long micros) =>
        string.Create(CultureInfo.InvariantCulture, $"{micros / 1000}.{micros % 1000:000}");
}
