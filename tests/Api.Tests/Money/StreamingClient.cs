using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Api.Tests.Money;

/// <summary>Streams one answer after another, from whichever process lives, and remembers what it saw.</summary>
internal sealed class StreamingClient(Fleet fleet)
{
    private const string Body =
        """{"model":"scripted","stream":true,"max_tokens":64,"messages":[{"role":"user","content":"x"}]}""";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly List<Sight> _seen = [];
    private int _next;

    /// <summary>Every answer whose headers arrived.</summary>
    public IReadOnlyList<Sight> Seen => _seen;

    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            if (fleet.Client(_next++ % fleet.Count) is { } client)
            {
                await AskAsync(client);
            }
            else
            {
                await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    // Never cancelled: an answer that is cut must have been cut by a kill.
    private async Task AskAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/chat/completions", UriKind.Relative))
        {
            Content = new StringContent(Body, Encoding.UTF8, "application/json"),
        };
        HttpResponseMessage answer;
        try
        {
            answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }
        catch (Exception error) when (
            error is HttpRequestException or ObjectDisposedException or OperationCanceledException)
        {
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
            return;
        }

        using (answer)
        {
            var sight = new Sight(answer.Headers.GetValues("x-request-id").Single(), answer.StatusCode);
            _seen.Add(sight);
            fleet.Answered();
            try
            {
                await ReadAsync(answer, sight);
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                // The kill.
            }
        }
    }

    private static async Task ReadAsync(HttpResponseMessage answer, Sight sight)
    {
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line == "data: [DONE]")
            {
                sight.Ended = true;
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                sight.Take(JsonNode.Parse(line["data: ".Length..])!);
            }
        }
    }

    /// <summary>What was seen of one answer.</summary>
    internal sealed class Sight(string id, HttpStatusCode status)
    {
        public string Id { get; } = id;

        public HttpStatusCode Status { get; } = status;

        public int Tokens { get; private set; }

        public long Cost { get; private set; }

        public bool Ended { get; set; }

        public void Take(JsonNode chunk)
        {
            if (chunk["choices"]?.AsArray() is [var choice, ..]
                && (string?)choice?["delta"]?["content"] is { Length: > 0 } text)
            {
                Tokens += text.Length;
            }

            if (chunk["usage"] is JsonObject usage)
            {
                Cost = (long)usage["cost_nusd"]!;
            }
        }
    }
}
