using Gateway.Api.Hosting;
using Gateway.ChainBridge;
using Gateway.Router;

namespace Gateway.Api.Wiring;

/// <summary>Who can be asked now: the static upstreams of the settings, and the miners that the chain names.</summary>
internal sealed class UpstreamSnapshots : IUpstreamSource
{
    // What a configured server can take is its operator's to know: these only bound what one request may ask for.
    private const long StaticTokens = 131_072;

    private readonly Lock _gate = new();
    private readonly IReadOnlyList<Upstream> _static;
    private Published _published;
    private Following? _following;

    public UpstreamSnapshots(GatewaySettings settings)
    {
        _static = [.. settings.StaticUpstreams.SelectMany(FromStatic)];
        _published = new(null, new(1, _static));
    }

    public UpstreamSnapshot Current
    {
        get
        {
            var published = Volatile.Read(ref _published);
            var view = Volatile.Read(ref _following)?.Feed.Current;
            return ReferenceEquals(view, published.View) ? published.Snapshot : Renew();
        }
    }

    /// <summary>From here on the miners of a feed are upstreams too.</summary>
    public void Follow(MetagraphFeed feed, MetagraphUpstreams miners) =>
        Volatile.Write(ref _following, new(feed, miners));

    // Readers see the old snapshot or the new, never a mix; what did not change is the same object as before.
    private UpstreamSnapshot Renew()
    {
        lock (_gate)
        {
            var (following, old) = (_following!, _published);
            var view = following.Feed.Current;
            if (ReferenceEquals(view, old.View))
            {
                return old.Snapshot;
            }

            var known = old.Snapshot.Upstreams.ToDictionary(upstream => upstream);
            Upstream[] fresh =
            [
                .. _static,
                .. following.Miners.From(view).Select(upstream => known.GetValueOrDefault(upstream, upstream)),
            ];
            var snapshot = fresh.SequenceEqual(old.Snapshot.Upstreams)
                ? old.Snapshot
                : new UpstreamSnapshot(old.Snapshot.Version + 1, fresh);
            Volatile.Write(ref _published, new(view, snapshot));
            return snapshot;
        }
    }

    private static IEnumerable<Upstream> FromStatic(StaticUpstream upstream) =>
        upstream.Models.Select(model => new Upstream(
            $"static/{upstream.Name}", model, upstream.BaseAddress!, upstream.Dialect, upstream.Features, Quality.Real,
            OutputTokensLimit: StaticTokens, ContextLength: StaticTokens)
        {
            Task = upstream.Task,
            Language = upstream.Language,
            Privacy = upstream.Privacy,
            IsPrivacyProven = upstream.Privacy != Privacy.Any,
            Voices = upstream.Voices,
        });

    private sealed record Published(MetagraphView? View, UpstreamSnapshot Snapshot);

    private sealed record Following(MetagraphFeed Feed, MetagraphUpstreams Miners);
}
