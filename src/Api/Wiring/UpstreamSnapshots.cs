using Gateway.Api.Hosting;
using Gateway.DevNet;
using Gateway.Router;

namespace Gateway.Api.Wiring;

/// <summary>Who can be asked now: the static upstreams of the settings and, on DevNet, the simulated miners. The
/// chain's metagraph becomes a third part of the same snapshot.</summary>
internal sealed class UpstreamSnapshots : IUpstreamSource
{
    private const long MinerOutputTokens = 1024;

    // What a configured server can take is its operator's to know: these only bound what one request may ask for.
    private const long StaticTokens = 131_072;

    private UpstreamSnapshot _current;

    public UpstreamSnapshots(GatewaySettings settings) =>
        _current = new(1, [.. settings.StaticUpstreams.SelectMany(FromStatic)]);

    public UpstreamSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Adds upstreams; readers see the old snapshot or the new, never a mix.</summary>
    public void Add(IEnumerable<Upstream> upstreams)
    {
        var old = Current;
        Volatile.Write(ref _current, new(old.Version + 1, [.. old.Upstreams, .. upstreams]));
    }

    public static IEnumerable<Upstream> FromMiner(DevMiner miner) => miner.Models.Select(model => new Upstream(
        $"sn{miner.NetUid}/{miner.Hotkey}", model, new(miner.Axon, "/v1/"), "epistula-v2", Features.None, Quality.Demo,
        miner.NetUid, miner.Uid, miner.Hotkey, MinerOutputTokens));

    private static IEnumerable<Upstream> FromStatic(StaticUpstream upstream) =>
        upstream.Models.Select(model => new Upstream(
            $"static/{upstream.Name}", model, upstream.BaseAddress!, upstream.Dialect, Features.All, Quality.Real,
            OutputTokensLimit: StaticTokens, ContextLength: StaticTokens));
}
