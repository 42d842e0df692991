using Gateway.Core;
using Gateway.Router.Load;

namespace Gateway.Router.Planning;

/// <summary>Decides who may be asked, and counts why the others may not.</summary>
internal sealed class Sieve(RouteRequest request, HashSet<ModelId>? ejectionHolds)
{
    // Most requests turn nobody away.
    private Dictionary<string, int>? _rejected;
    private Features _offered;
    private Features _lastOffer;
    private bool _someoneHasAll;
    private bool _someoneAsked;

    internal bool Admits(Upstream upstream, LoadReading load)
    {
        var reason = Reason(upstream, load);
        if (reason is not null)
        {
            _rejected ??= [];
            _rejected[reason] = _rejected.GetValueOrDefault(reason) + 1;
        }

        return reason is null;
    }

    internal Planned Refusal(int otherModels)
    {
        if (_someoneAsked && !_someoneHasAll)
        {
            var missing = request.Needs & ~_offered;
            return new Planned.Unsupported(missing != Features.None ? missing : request.Needs & ~_lastOffer);
        }

        var rejected = _rejected ?? [];
        if (otherModels > 0)
        {
            rejected["model"] = otherModels;
        }

        return new Planned.NoExpert(rejected);
    }

    private string? Reason(Upstream upstream, LoadReading load)
    {
        if (request.Models?.Contains(upstream.Model.Value) == false)
        {
            return "forbidden";
        }

        var wish = request.Wish;
        if (wish.Only.Count > 0 && !ExpertNames.IsNamed(upstream, wish.Only))
        {
            return "only";
        }

        if (ExpertNames.IsNamed(upstream, wish.Exclude))
        {
            return "excluded";
        }

        // No upstream has shown a bond, an attestation or that it is ours; until one can, none qualifies.
        if (wish.Privacy != Privacy.Any)
        {
            return "privacy";
        }

        return LacksFeature(upstream) ? "feature" : LoadReason(upstream, load);
    }

    private string? LoadReason(Upstream upstream, LoadReading load)
    {
        if (load.Ejected && ejectionHolds is not null && ejectionHolds.Contains(upstream.Model))
        {
            return "breaker";
        }

        return load.InFlight >= Planner.MaxInFlight ? "capacity" : null;
    }

    private bool LacksFeature(Upstream upstream)
    {
        _someoneAsked = true;
        _offered |= upstream.Features;
        _lastOffer = upstream.Features;
        var lacks = (request.Needs & ~upstream.Features) != Features.None;
        _someoneHasAll |= !lacks;
        return lacks;
    }
}
