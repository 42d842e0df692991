using System.Collections.Frozen;
using System.Net.Http.Headers;
using Gateway.Api.Hosting;
using Gateway.ChainBridge;
using Gateway.Router;

namespace Gateway.Api.Wiring;

/// <summary>Adds what an upstream's dialect asks for: a static server's token, or the request hotkey's signature over
/// the exact bytes sent.</summary>
internal sealed class RequestSigner(GatewaySettings settings, Lazy<KeyRing> keys, TimeProvider time) : IRequestSigner
{
    private const string OpenAi = "openai";

    /// <summary>Dialects of miners that speak OpenAI's API, as settings name them; <see cref="Tongues.Tongue"/> speaks
    /// the others.</summary>
    public static readonly FrozenDictionary<string, MinerDialect> Miners = new Dictionary<string, MinerDialect>
    {
        ["epistula-v2"] = MinerDialect.EpistulaV2,
        ["epistula-apex"] = MinerDialect.EpistulaApex,
        ["fiber"] = MinerDialect.Fiber,
        ["chutes"] = MinerDialect.Chutes,
    }.ToFrozenDictionary();

    private readonly Dictionary<string, AuthenticationHeaderValue> _tokens = settings.StaticUpstreams
        .Where(upstream => upstream.ApiKey is not null)
        .ToDictionary(
            upstream => upstream.ToString(),
            upstream => new AuthenticationHeaderValue("Bearer", upstream.ApiKey));

    public void Sign(Upstream upstream, HttpRequestMessage request, ReadOnlySpan<byte> body)
    {
        if (upstream.Dialect == OpenAi)
        {
            request.Headers.Authorization = _tokens.GetValueOrDefault(upstream.Name);
            return;
        }

        if (upstream.Hotkey is not { } miner || !Miners.TryGetValue(upstream.Dialect, out var dialect))
        {
            throw new InvalidOperationException($"No signer for the dialect '{upstream.Dialect}'.");
        }

        var now = time.GetUtcNow();
        var call = new MinerCall(miner, upstream.Address, now, Guid.CreateVersion7(now));
        foreach (var (name, value) in keys.Value.Sign(dialect, body, call).Pairs)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
