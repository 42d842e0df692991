using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gateway.Api.Tests.Webhooks;

/// <summary>Somebody's server that gets events: a real one, which answers as it is told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly ConcurrentQueue<Received> _received = new();
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single() + "/hook";

    public IReadOnlyList<Received> All => [.. _received];

    /// <summary>Starts one; by itself it answers 204.</summary>
    public static async Task<Receiver> StartAsync(Func<HttpContext, Task>? answer = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            receiver._received.Enqueue(new(
                body.ToArray(), context.Request.Headers.ToDictionary(one => one.Key, one => one.Value.ToString()),
                context.Request.Path));
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            if (answer is not null)
            {
                await answer(context);
            }
        });
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Waits until so many have come.</summary>
    public async Task<IReadOnlyList<Received>> WaitAsync(int count, CancellationToken ct)
    {
        while (_received.Count < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, ct);
        }

        return All;
    }

    /// <summary>Checks a signature as docs/api.md tells receivers to.</summary>
    public static bool IsSigned(Received one, string secret, DateTimeOffset now)
    {
        var parts = one.Headers["x-gateway-signature"].Split(',')
            .ToDictionary(part => part.Split('=')[0], part => part.Split('=')[1]);
        var sent = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts["t"], null));
        byte[] message = [.. Encoding.ASCII.GetBytes(parts["t"] + "."), .. one.Body];
        var expected = HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), message);
        return (now - sent).Duration() <= Window
            && CryptographicOperations.FixedTimeEquals(expected, Convert.FromHexString(parts["v1"]));
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

/// <summary>One request.</summary>
internal sealed record Received(byte[] Body, Dictionary<string, string> Headers, string Path)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public string Type => (string)Json["type"]!;
}
