using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Hosting;
using Gateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Http;

/// <summary>The whole application in this process on a free port with a data directory of its own.</summary>
internal sealed class InProcessGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private InProcessGateway(WebApplication app, string dataDirectory)
    {
        _app = app;
        DataDirectory = dataDirectory;
        DevNet = JsonNode.Parse(File.ReadAllText(Path.Combine(dataDirectory, "devnet.json")))!.AsObject();
        Client = CreateClient((string)DevNet["apiKey"]!);
    }

    public string DataDirectory { get; }

    public JsonObject DevNet { get; }

    public HttpClient Client { get; }

    /// <summary>Whether its folder stays when it ends, for the next one.</summary>
    public bool KeepsData { get; set; }

    public IServiceProvider Services => _app.Services;

    public static Task<InProcessGateway> StartAsync(params IEnumerable<string> args) => StartAsync(null, args);

    /// <summary>The same with other services in the place of some.</summary>
    public static Task<InProcessGateway> StartAsync(
        Action<IServiceCollection>? replace, IEnumerable<string> args) =>
        StartInAsync(GatewayProcess.NewDataDirectory(), args, replace);

    /// <summary>The same on a folder that was prepared.</summary>
    public static async Task<InProcessGateway> StartInAsync(
        string directory, IEnumerable<string> args, Action<IServiceCollection>? replace = null)
    {
        var app = GatewayHost.Build(
            [.. args, "--urls", "http://127.0.0.1:0", $"--Gateway:DataDirectory={directory}"], replace);
        await app.StartAsync();
        return new(app, directory);
    }

    /// <summary>Settings that make an OpenAI-compatible server the expert for one model, at a price in USD per million
    /// output tokens.</summary>
    public static IEnumerable<string> StaticExpert(Uri address, string model, string outputPrice) =>
    [
        "--Gateway:Upstreams:Static:0:Name=scripted",
        $"--Gateway:Upstreams:Static:0:BaseAddress={address}",
        $"--Gateway:Upstreams:Static:0:Models:0={model}",
        $"--Gateway:Pricing:Usd:{model}:Input=0",
        $"--Gateway:Pricing:Usd:{model}:Output={outputPrice}",
    ];

    public HttpClient CreateClient(string? key)
    {
#pragma warning disable RS0030 // A test's client talks to one loopback server and dies with the test.
        // An unread answer is not drained: leaving it closes the connection at once, as a browser tab does.
        var handler = new SocketsHttpHandler { MaxResponseDrainSize = 0, ResponseDrainTimeout = TimeSpan.Zero };
        var root = new Uri(((string)DevNet["baseUrl"]!)[..^"v1".Length]);
        var client = new HttpClient(handler) { BaseAddress = root, Timeout = TimeSpan.FromSeconds(60) };
#pragma warning restore RS0030
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public Task<HttpResponseMessage> PostChatAsync(string body, CancellationToken ct) => Client.PostAsync(
        new Uri("v1/chat/completions", UriKind.Relative),
        new StringContent(body, Encoding.UTF8, "application/json"),
        ct);

    public async Task<JsonObject> GetAsync(string path, CancellationToken ct) =>
        (await Client.GetFromJsonAsync<JsonObject>(new Uri(path, UriKind.Relative), ct))!;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (!KeepsData)
        {
            Directory.Delete(DataDirectory, recursive: true);
        }
    }
}
