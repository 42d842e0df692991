using System.Collections.Frozen;
using Gateway.Api.Hosting;
using Gateway.Router;

namespace Gateway.Api.Wiring.Tongues;

/// <summary>Speaks for miners whose dialect is more than headers: dendrite makes a Synapse of a chat, fiber's encrypted
/// mode seals it under a key that was exchanged first.</summary>
internal sealed class Tongue(GatewaySettings settings, DendriteTongue dendrite, FiberTongue fiber) : IUpstreamTongue
{
    /// <summary>The dialects, as settings name them.</summary>
    public static IReadOnlyList<string> Dialects { get; } = [SynapsePolicy.Dialect, FiberTongue.Dialect];

    private readonly FrozenDictionary<ushort, SynapsePolicy> _synapses = settings.Subnets
        .Where(policy => policy.Synapse is not null)
        .ToFrozenDictionary(policy => policy.NetUid.Value, policy => policy.Synapse!);

    public bool Speaks(Upstream upstream) => upstream.Dialect is SynapsePolicy.Dialect or FiberTongue.Dialect;

    public Task<HttpResponseMessage> SendAsync(
        Upstream upstream,
        HttpRequestMessage request,
        ReadOnlyMemory<byte> body,
        HttpMessageInvoker way,
        CancellationToken ct) => upstream switch
        {
            { Dialect: FiberTongue.Dialect, Hotkey: not null } =>
                fiber.SendAsync(upstream, request, body, way, ct),
            { Dialect: SynapsePolicy.Dialect, Hotkey: not null, NetUid: { } subnet }
                when _synapses.TryGetValue(subnet.Value, out var policy) =>
                    dendrite.SendAsync(upstream, policy, body, way, ct),
            _ => throw new HttpRequestException($"Nobody speaks '{upstream.Dialect}' to {upstream.Name}."),
        };
}
