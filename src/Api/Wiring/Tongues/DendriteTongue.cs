using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gateway.Api.Hosting;
using Gateway.ChainBridge;
using Gateway.Router;

namespace Gateway.Api.Wiring.Tongues;

/// <summary>The dialect dendrite: a chat is posted as a Synapse to <c>/{Synapse}</c>, and the text of the Synapse that
/// comes back, or of the stream, is the answer. Miners say no usage in it, so tokens are counted here.</summary>
internal sealed class DendriteTongue(Lazy<KeyRing> keys, TimeProvider time)
{
    // The answer's text and all the Synapse carries beside it.
    private const int MostBytes = 1024 * 1024;

    /// <inheritdoc cref="IUpstreamTongue.SendAsync"/>
    public async Task<HttpResponseMessage> SendAsync(
        Upstream upstream,
        SynapsePolicy policy,
        ReadOnlyMemory<byte> body,
        HttpMessageInvoker way,
        CancellationToken ct)
    {
        var (synapse, inputs) = SynapseWriter.Write(policy, body);
        using var request = RequestOf(upstream, policy, synapse, inputs);
        var response = await way.SendAsync(request, ct);
        if (!response.IsSuccessStatusCode)
        {
            return response;
        }

        var streams = IsStreamed(body);
        if (policy.IsStreamed && streams)
        {
            var text = await response.Content.ReadAsStreamAsync(ct);
            return ChatForm.Answer(new StreamContent(new TextFrames(text)), streams);
        }

        using (response)
        {
            var answer = await ReadAsync(response, policy, ct);
            return ChatForm.Answer(ContentOf(answer, streams), streams);
        }
    }

    private HttpRequestMessage RequestOf(
        Upstream upstream, SynapsePolicy policy, byte[] synapse, List<KeyValuePair<string, string>> inputs)
    {
        var now = time.GetUtcNow();
        var call = new MinerCall(upstream.Hotkey!.Value, upstream.Address, now, Guid.CreateVersion7(now))
        {
            Synapse = policy.Name,
            HashedFields = [.. policy.Hashed],
        };
        var content = new ByteArrayContent(synapse);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(upstream.Address, "/" + policy.Name))
        {
            Content = content,
        };
        foreach (var (name, value) in keys.Value.Sign(MinerDialect.Dendrite, synapse, call).Pairs.Concat(inputs))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    // Null: what came is no answer.
    private static async Task<string?> ReadAsync(
        HttpResponseMessage response, SynapsePolicy policy, CancellationToken ct)
    {
        using var stream = await response.Content.ReadAsStreamAsync(ct);
        var bytes = await Bounded.ReadAsync(stream, MostBytes, ct);
        if (policy.IsStreamed || bytes is null)
        {
            return bytes is null ? null : Encoding.UTF8.GetString(bytes);
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            return policy.Answer.TryFind(document.RootElement, out var found) && found.ValueKind == JsonValueKind.String
                ? found.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Nothing where an answer should be: the receiver calls it garbage, and another miner is asked.
    private static ByteArrayContent ContentOf(string? answer, bool streams) => new(answer is null ? []
        : streams ? [.. ChatForm.Frame(answer), .. ChatForm.Frame(null), .. ChatForm.Done]
        : ChatForm.Whole(answer));

    private static bool IsStreamed(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.TryGetProperty("stream"u8, out var stream)
            && stream.ValueKind == JsonValueKind.True;
    }
}
