using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gateway.Api.Tests.Telemetry;

/// <summary>A collector: takes what is exported over HTTP with protobuf bodies and reads it without a generated
/// parser (opentelemetry-proto, trace.proto and metrics.proto).</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _exports = new();
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Everything that came, as text: whatever is a string in it can be found.</summary>
    public string AllText => string.Join('\n', _exports.Select(export => Encoding.Latin1.GetString(export.Body)));

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Names and attributes of the spans that came.</summary>
    public IReadOnlyList<Span> Spans() =>
        [.. _exports.Where(export => export.Path == "/v1/traces")
            .SelectMany(export => Protobuf.Read(export.Body).All(1).SelectMany(resource => resource.All(2)))
            .SelectMany(scope => scope.All(2).Select(ReadSpan))];

    /// <summary>Names of the metrics that came.</summary>
    public ISet<string> Metrics() =>
        _exports.Where(export => export.Path == "/v1/metrics")
            .SelectMany(export => Protobuf.Read(export.Body).All(1).SelectMany(resource => resource.All(2)))
            .SelectMany(scope => scope.All(2).Select(metric => metric.Text(1)))
            .ToHashSet();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static Span ReadSpan(Protobuf span) => new(
        Convert.ToHexStringLower(span.Bytes(1)),
        Convert.ToHexStringLower(span.Bytes(4)),
        span.Text(5),
        span.All(9).ToDictionary(pair => pair.Text(1), pair => ValueOf(pair.All(2).Single())));

    private static string ValueOf(Protobuf value) => value switch
    {
        _ when value.Has(1) => value.Text(1),
        _ when value.Has(3) => $"{value.Number(3)}",
        _ when value.Has(5) => string.Join(',', value.All(5).Single().All(1).Select(ValueOf)),
        _ => "",
    };

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _exports.Enqueue((context.Request.Path, body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }

    /// <summary>A span.</summary>
    internal sealed record Span(string Trace, string Parent, string Name, Dictionary<string, string> Tags);
}

/// <summary>A message by the numbers of its fields.</summary>
internal sealed class Protobuf
{
    private readonly List<(int Field, ulong Number, byte[] Bytes)> _fields = [];

    public static Protobuf Read(ReadOnlySpan<byte> bytes)
    {
        var message = new Protobuf();
        while (bytes.Length > 0)
        {
            var tag = Varint(ref bytes);
            var (number, piece) = (0UL, Array.Empty<byte>());
            switch (tag & 7)
            {
                case 0:
                    number = Varint(ref bytes);
                    break;
                case 1:
                    bytes = bytes[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref bytes);
                    piece = bytes[..length].ToArray();
                    bytes = bytes[length..];
                    break;
                case 5:
                    bytes = bytes[4..];
                    break;
                default:
                    throw new FormatException();
            }

            message._fields.Add(((int)(tag >> 3), number, piece));
        }

        return message;
    }

    public bool Has(int field) => _fields.Exists(one => one.Field == field);

    public byte[] Bytes(int field) => _fields.Find(one => one.Field == field).Bytes ?? [];

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public ulong Number(int field) => _fields.Find(one => one.Field == field).Number;

    public IEnumerable<Protobuf> All(int field) =>
        _fields.Where(one => one.Field == field).Select(one => Read(one.Bytes));

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var piece = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(piece & 127) << shift;
            if (piece < 128)
            {
                return value;
            }
        }
    }
}
