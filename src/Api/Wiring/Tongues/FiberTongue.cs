using System.Net;
using System.Net.Http.Headers;
using Gateway.ChainBridge;
using Gateway.Router;

namespace Gateway.Api.Wiring.Tongues;

/// <summary>Fiber's encrypted mode: the chat goes out sealed under a key that the miner was told before; its answer is
/// plain, as OpenAI's API has it.</summary>
internal sealed class FiberTongue(FiberSessions sessions, Lazy<KeyRing> keys, TimeProvider time)
{
    /// <summary>Its name in settings.</summary>
    public const string Dialect = "fiber-encrypted";

    /// <inheritdoc cref="IUpstreamTongue.SendAsync"/>
    public async Task<HttpResponseMessage> SendAsync(
        Upstream upstream,
        HttpRequestMessage request,
        ReadOnlyMemory<byte> body,
        HttpMessageInvoker way,
        CancellationToken ct)
    {
        var session = await sessions.OfAsync(upstream, way, ct);
        var response = await SendAsync(upstream, request, body, way, session, ct);
        if (!IsForgotten(response.StatusCode) || !sessions.Forget(upstream, session))
        {
            return response;
        }

        // A miner that began anew has lost its keys; what it refused it did not read.
        response.Dispose();
        session = await sessions.OfAsync(upstream, way, ct);
        return await SendAsync(upstream, request, body, way, session, ct);
    }

    // Without the key fiber answers 400, and 401 where the subnet checks before.
    private static bool IsForgotten(HttpStatusCode status) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized;

    private async Task<HttpResponseMessage> SendAsync(
        Upstream upstream,
        HttpRequestMessage request,
        ReadOnlyMemory<byte> body,
        HttpMessageInvoker way,
        FiberSession session,
        CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var content = new ByteArrayContent(session.Seal(body.Span, now, Guid.CreateVersion7(now)));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var sealing = new HttpRequestMessage(HttpMethod.Post, request.RequestUri) { Content = content };
        sealing.Headers.TryAddWithoutValidation("Accept", request.Headers.Accept.ToString());
        var call = new MinerCall(upstream.Hotkey!.Value, upstream.Address, now, Guid.CreateVersion7(now))
        {
            KeyId = session.KeyId,
        };
        foreach (var (name, value) in keys.Value.Sign(MinerDialect.FiberSealed, [], call).Pairs)
        {
            sealing.Headers.TryAddWithoutValidation(name, value);
        }

        return await way.SendAsync(sealing, ct);
    }
}
