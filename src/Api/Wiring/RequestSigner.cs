using System.Net.Http.Headers;
using Gateway.Api.Hosting;
using Gateway.ChainBridge;
using Gateway.Router;

namespace Gateway.Api.Wiring;

/// <summary>Adds what an upstream's dialect asks for: a static server's token, or the request hotkey's signature over
/// the exact bytes sent.</summary>
internal sealed class RequestSigner(GatewaySettings settings, Lazy<KeyRing> keys, TimeProvider time) : IRequestSigner
{
    private readonly Dictionary<string, AuthenticationHeaderValue> _tokens = settings.StaticUpstreams
        .Where(upstream => upstream.ApiKey is not null)
        .ToDictionary(
            upstream => upstream.ToString(),
            upstream => new AuthenticationHeaderValue("Bearer", upstream.ApiKey));

    public void Sign(Upstream upstream, HttpRequestMessage request, ReadOnlySpan<byte> body)
    {
        switch (upstream.Dialect)
        {
            case "openai":
                request.Headers.Authorization = _tokens.GetValueOrDefault(upstream.Name);
                break;
            case "epistula-v2":
                var now = time.GetUtcNow();
                var signed = keys.Value.SignEpistulaV2(body, upstream.Hotkey, now, Guid.CreateVersion7(now));
                foreach (var (name, value) in signed.Pairs)
                {
                    request.Headers.TryAddWithoutValidation(name, value);
                }

                break;
            default:
                throw new InvalidOperationException($"No signer for the dialect '{upstream.Dialect}'.");
        }
    }
}
