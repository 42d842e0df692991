using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Batches;

/// <summary>One gateway whose only expert does what the message says: <c>bad</c> is refused, <c>down</c> fails,
/// <c>once</c> fails the first time, <c>wait</c> waits until it is let go, anything else is answered.</summary>
public sealed class BatchGateway : IAsyncLifetime
{
    internal const string Model = "scripted";

    /// <summary>Three tokens at half of 10.000001 USD per million: the odd pico-USD is the caller's.</summary>
    internal const long HalfOfOne = 15_000;

    private int _onces;

    internal InProcessGateway Gateway { get; private set; } = null!;

    internal ScriptedMiner Miner { get; private set; } = null!;

    internal TaskCompletionSource Release { get; set; } = new();

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Miner = await ScriptedMiner.StartAsync(AnswerAsync, CancellationToken.None);
        Gateway = await InProcessGateway.StartAsync(
        [
            "--Gateway:Webhooks:AllowLoopback=true",
            .. InProcessGateway.StaticExpert(Miner.Address, Model, "10.000001"),
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        Release.TrySetResult();
        await Gateway.DisposeAsync();
        await Miner.DisposeAsync();
    }

    /// <summary>A line of a batch of chat completions.</summary>
    internal static string Line(string id, string content, string url = "/v1/chat/completions") =>
        JsonSerializer.Serialize(new
        {
            custom_id = id,
            method = "POST",
            url,
            body = new { model = Model, max_tokens = 100, messages = new[] { new { role = "user", content } } },
        });

    /// <summary>Uploads lines and makes a batch of them.</summary>
    internal static async Task<JsonNode> CreateAsync(
        HttpClient client, IEnumerable<string> lines, string endpoint = "/v1/chat/completions")
    {
        using var answer = await TryCreateAsync(client, await UploadAsync(client, lines), endpoint);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    internal static Task<HttpResponseMessage> TryCreateAsync(HttpClient client, string file, string endpoint) =>
        client.PostAsJsonAsync(new Uri("v1/batches", UriKind.Relative), new
        {
            input_file_id = file,
            endpoint,
            completion_window = "24h",
            metadata = new { purpose = "test" },
        }, Token);

    internal static async Task<string> UploadAsync(HttpClient client, IEnumerable<string> lines)
    {
        using var form = new MultipartFormDataContent();
        form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(string.Join('\n', lines))), "file", "lines.jsonl");
        form.Add(new StringContent("batch"), "purpose");
        using var answer = await client.PostAsync(new Uri("v1/files", UriKind.Relative), form, Token);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["id"]!;
    }

    internal static async Task<JsonNode> GetAsync(HttpClient client, string batch) =>
        (await client.GetFromJsonAsync<JsonNode>(new Uri($"v1/batches/{batch}", UriKind.Relative), Token))!;

    /// <summary>Waits until a batch is as it should be.</summary>
    internal static async Task<JsonNode> UntilAsync(HttpClient client, JsonNode batch, Func<JsonNode, bool> done)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            var now = await GetAsync(client, (string)batch["id"]!);
            if (done(now))
            {
                return now;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }
    }

    /// <summary>Waits until a batch has ended.</summary>
    internal static Task<JsonNode> EndedAsync(HttpClient client, JsonNode batch) => UntilAsync(
        client, batch, now => (string?)now["status"] is "completed" or "failed" or "cancelled" or "expired");

    /// <summary>The lines of one of a batch's files, by their custom ids.</summary>
    internal static async Task<Dictionary<string, JsonNode>> ResultsAsync(
        HttpClient client, JsonNode batch, string file)
    {
        if ((string?)batch[file] is not { } id)
        {
            return [];
        }

        var text = await client.GetStringAsync(new Uri($"v1/files/{id}/content", UriKind.Relative), Token);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)
            .ToDictionary(line => (string)line["custom_id"]!);
    }

    internal int CallsWith(string content) =>
        Miner.Calls.Count(call => call.Json.GetProperty("messages")[0].GetProperty("content").ValueEquals(content));

    private async Task AnswerAsync(MinerCall call)
    {
        var content = call.Json.GetProperty("messages")[0].GetProperty("content").GetString()!;
        if (content == "down" || (content == "once" && Interlocked.Increment(ref _onces) == 1))
        {
            await call.SendStatusAsync(500);
            return;
        }

        if (content == "bad")
        {
            await call.SendStatusAsync(400, """{"error":{"message":"no","type":"invalid_request_error"}}""");
            return;
        }

        if (content == "wait")
        {
            await Release.Task.WaitAsync(call.Gone);
        }

        await call.SendStatusAsync(200, ChatFrames.Whole(
            string.Create(CultureInfo.InvariantCulture, $"answer to {content}"),
            """{"prompt_tokens":1,"completion_tokens":3}"""));
    }
}
