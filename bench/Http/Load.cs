using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Gateway.Bench.Http;

/// <summary>A closed loop of requests over a fixed number of connections, each request after the last one's
/// end.</summary>
internal sealed class Load : IDisposable
{
    private const int MaxRequests = 1_000_000;
    private const int SlicesOfWarmUp = 4;
    private const double Steady = 0.97;

    private readonly ServerProcess _server;
    private readonly HttpMessageInvoker _client;
    private readonly Uri _address;
    private readonly byte[] _body;
    private readonly AuthenticationHeaderValue? _key;

    public Load(ServerProcess server, string? key, LoadKind kind)
    {
        _server = server;
        _client = new HttpMessageInvoker(
            new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
        _address = new Uri($"{server.Url}/v1/chat/completions");
        _key = key is null ? null : new("Bearer", key);
        var stream = kind == LoadKind.Stream ? ",\"stream\":true" : "";
        _body = Encoding.UTF8.GetBytes(
            $$"""{"model":"{{MockExpert.Model}}","messages":"""
            + $$"""[{"role":"user","content":"What is the answer to the question?"}],"max_tokens":256{{stream}}}""");
    }

    /// <summary>Runs for a time; returns requests per second, the server's CPU time in microseconds per request, and
    /// every latency in milliseconds, sorted.</summary>
    public async Task<LoadResult> RunAsync(int connections, TimeSpan duration)
    {
        var cpu = _server.CpuTime;
        var clock = Stopwatch.StartNew();
        var loops = Enumerable.Range(0, connections).Select(_ => Task.Run(() => LoopAsync(clock, duration))).ToArray();
        var latencies = (await Task.WhenAll(loops)).SelectMany(list => list).Order().ToArray();
        var cpuMicros = (_server.CpuTime - cpu).TotalMicroseconds / latencies.Length;
        return new(latencies.Length / clock.Elapsed.TotalSeconds, cpuMicros, latencies);
    }

    /// <summary>Runs until a request's CPU time no longer falls, which is when the JIT has done its work: at least for
    /// <paramref name="least"/>, at most for six times as long.</summary>
    public async Task WarmUpAsync(int connections, TimeSpan least)
    {
        var slice = least / SlicesOfWarmUp;
        var before = double.MaxValue;
        for (var run = 1; run <= 6 * SlicesOfWarmUp; run++)
        {
            var now = (await RunAsync(connections, slice)).CpuMicros;
            if (run >= SlicesOfWarmUp && now > before * Steady)
            {
                return;
            }

            before = Math.Min(before, now);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<List<double>> LoopAsync(Stopwatch clock, TimeSpan duration)
    {
        var latencies = new List<double>();
        while (clock.Elapsed < duration && latencies.Count < MaxRequests)
        {
            var start = Stopwatch.GetTimestamp();
            await SendAsync();
            latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return latencies;
    }

    private async Task SendAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(_body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Authorization = _key;
        using var response = await _client.SendAsync(request, CancellationToken.None);
        var answer = await response.Content.ReadAsByteArrayAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{(int)response.StatusCode}: {Encoding.UTF8.GetString(answer)}");
        }
    }
}

/// <summary>What is asked for.</summary>
internal enum LoadKind
{
    /// <summary>One JSON answer.</summary>
    Whole,

    /// <summary>An SSE stream of 64 tokens.</summary>
    Stream,
}

/// <summary>What one run measured.</summary>
internal sealed record LoadResult(double RequestsPerSecond, double CpuMicros, double[] Latencies);
