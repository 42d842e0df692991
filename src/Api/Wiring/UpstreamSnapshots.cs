using Gateway.Api.Hosting;
using Gateway.Api.Operators;
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
    private readonly OperatorMarks? _marks;
    private Published _published;
    private Following? _following;

    public UpstreamSnapshots(GatewaySettings settings, OperatorMarks? marks = null)
    {
        _marks = marks;
        _static = [.. settings.StaticUpstreams.SelectMany(FromStatic)];
        _published = new(null, OperatorWord.None, new(1, _static));
    }

    public UpstreamSnapshot Current
    {
        get
        {
            var published = Volatile.Read(ref _published);
            var view = Volatile.Read(ref _following)?.Feed.Current;
            return view is null || (ReferenceEquals(view, published.View)
                && ReferenceEquals(Word, published.Word))
                ? published.Snapshot
                : Renew();
        }
    }

    private OperatorWord Word => _marks?.Current ?? OperatorWord.None;

    /// <summary>From here on the miners of a feed are upstreams too.</summary>
    public void Follow(MetagraphFeed feed, MetagraphUpstreams miners) =>
        Volatile.Write(ref _following, new(feed, miners));

    /// <summary>Why neurons of a subnet are no upstreams, by uid: <see cref="MetagraphUpstreams.Left"/>. Empty while
    /// no subnet is followed.</summary>
    public IReadOnlyDictionary<int, string> Left(SubnetView subnet) =>
        Volatile.Read(ref _following)?.Miners.Left(subnet) ?? new Dictionary<int, string>();

    // Readers see the old snapshot or the new, never a mix; what did not change is the same object as before.
    private UpstreamSnapshot Renew()
    {
        lock (_gate)
        {
            var (following, old) = (_following!, _published);
            var (view, word) = (following.Feed.Current, Word);
            if (ReferenceEquals(view, old.View) && ReferenceEquals(word, old.Word))
            {
                return old.Snapshot;
            }

            var known = old.Snapshot.Upstreams.ToDictionary(upstream => upstream);
            Upstream[] fresh =
            [
                .. _static,
                .. following.Miners.From(view).Where(upstream => !word.IsOff(upstream.NetUid!.Value))
                    .Select(upstream => Marked(upstream, word))
                    .Select(upstream => known.GetValueOrDefault(upstream, upstream)),
            ];
            var snapshot = fresh.SequenceEqual(old.Snapshot.Upstreams)
                ? old.Snapshot
                : new UpstreamSnapshot(old.Snapshot.Version + 1, fresh);
            Volatile.Write(ref _published, new(view, word, snapshot));
            return snapshot;
        }
    }

    private static Upstream Marked(Upstream upstream, OperatorWord word) =>
        word.IsQuarantined(upstream.NetUid!.Value, upstream.Hotkey!.Value)
            ? upstream with { IsQuarantined = true }
            : upstream;

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

    private sealed record Published(MetagraphView? View, OperatorWord Word, UpstreamSnapshot Snapshot);

    private sealed record Following(MetagraphFeed Feed, MetagraphUpstreams Miners);
}
