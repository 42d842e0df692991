using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.ChainBridge;
using Gateway.Core;

namespace Gateway.DevNet.Tests.Miners;

/// <summary>Signs requests to miners with a key of its own, as the gateway does.</summary>
internal sealed class Caller : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("devnet-tests").FullName;
    private readonly KeyRing _keys;

    // Leaving an answer closes the connection at once instead of reading the rest for up to two seconds.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, MaxResponseDrainSize = 0 });

    internal Caller() => _keys = KeyRing.Generate(Path.Combine(_folder, "request.key"));

    internal Hotkey Hotkey => _keys.RequestHotkey;

    public void Dispose()
    {
        _http.Dispose();
        _keys.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A chat request with one user message; <paramref name="extra"/> adds or replaces members.</summary>
    internal static string Chat(DevMiner miner, string prompt, string extra = "{}")
    {
        var body = new JsonObject
        {
            ["model"] = miner.Models[0].Value,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }),
        };
        foreach (var (name, value) in JsonNode.Parse(extra)!.AsObject())
        {
            body[name] = value?.DeepClone();
        }

        return body.ToJsonString();
    }

    internal HttpRequestMessage Sign(
        DevMiner miner, string body, Hotkey? signedFor = null, DateTimeOffset? now = null, Guid? uuid = null)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(miner.Axon, "v1/chat/completions"))
        {
            Content = new ByteArrayContent(bytes),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        Sign(request, bytes, signedFor ?? miner.Hotkey, now ?? TimeProvider.System.GetUtcNow(), uuid ?? NewId());
        return request;
    }

    internal HttpRequestMessage SignGet(DevMiner miner, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(miner.Axon, path));
        Sign(request, [], miner.Hotkey, TimeProvider.System.GetUtcNow(), NewId());
        return request;
    }

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken? ct = null) =>
        _http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, ct ?? TestContext.Current.CancellationToken);

    /// <summary>Sends a signed request and reads its JSON answer, whatever its status.</summary>
    internal async Task<(int Status, JsonElement Json)> AskAsync(DevMiner miner, string body)
    {
        using var request = Sign(miner, body);
        using var response = await SendAsync(request);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, JsonSerializer.Deserialize<JsonElement>(text));
    }

    /// <summary>The text of a whole answer, which must be one.</summary>
    internal async Task<string> AnswerAsync(DevMiner miner, string prompt)
    {
        var (status, json) = await AskAsync(miner, Chat(miner, prompt));
        Assert.Equal(200, status);
        return json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
    }

    /// <summary>The payloads of a stream's frames, to its end.</summary>
    internal async Task<List<string>> StreamAsync(DevMiner miner, string body)
    {
        using var request = Sign(miner, body);
        using var response = await SendAsync(request);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        var frames = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(frames, frame => Assert.StartsWith("data: ", frame, StringComparison.Ordinal));
        return [.. frames.Select(frame => frame[6..])];
    }

    internal static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    private void Sign(
        HttpRequestMessage request, byte[] body, Hotkey signedFor, DateTimeOffset now, Guid uuid)
    {
        foreach (var (name, value) in _keys.SignEpistulaV2(body, signedFor, now, uuid).Pairs)
        {
            request.Headers.Add(name, value);
        }
    }
}
