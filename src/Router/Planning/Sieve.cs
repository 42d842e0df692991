using Gateway.Router.Gating;
using Gateway.Router.Tasks;

namespace Gateway.Router.Planning;

/// <summary>Decides who may be asked, bars the others, and counts why. Soft reasons, a learned limit of requests, a
/// context that may be too small and a language, turn nobody away when there is nobody else: they are guesses.
/// </summary>
internal sealed class Sieve
{
    private const float Barred = float.NegativeInfinity;
    private const float Full = 1;
    private const float MostPenalty = float.MaxValue;

    // Where the language cannot be told, who knows several goes before an equal who knows one.
    private const float LostTie = 0.002f;

    private readonly RoutingTable _table;
    private readonly GateSnapshot _gate;
    private readonly RouteRequest _request;
    private readonly LiveView _live;
    private readonly Spoken _spoken;
    private readonly List<int>? _held;
    private readonly bool _namesExperts;
    private readonly bool _isPlain;
    private RejectCounts _counts;
    private bool _isLenient;
    private Features _offered;
    private Features _lastOffer;
    private bool _someoneHasAll;
    private bool _someoneAsked;

    /// <param name="view">Who serves.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="spoken">In which languages.</param>
    /// <param name="live">Its bars are penalties before, and bars afterwards.</param>
    internal Sieve(RoutingView view, RouteRequest request, in Spoken spoken, LiveView live)
    {
        var table = view.Table;
        (_table, _gate, _request, _spoken, _live) = (table, view.Gate, request, spoken, live);
        _held = table.Board.Ejected is { Length: > 0 } ejected ? Hold(ejected) : null;
        var wish = request.Wish;
        _namesExperts = wish.Only.Count + wish.Exclude.Count > 0;
        _isPlain = !_namesExperts && !table.HasMarks && request.Models is null && wish is
        {
            Privacy: Privacy.Any, Models.Count: 0, MaxInputPrice: null, MaxOutputPrice: null, MaxTtft: null,
        };
        _held?.ForEach(slot => live.Bars[slot] = float.PositiveInfinity);
    }

    /// <summary>How many upstreams each reason turned away.</summary>
    internal RejectCounts Counts => _counts;

    /// <summary>Bars everybody who may not be asked.</summary>
    /// <param name="group">The model asked for; null: all.</param>
    /// <returns>How many may be asked.</returns>
    internal int Bar(ModelGroup? group)
    {
        var eligible = BarOnce(group);
        var guesses = _counts[(int)Reject.Capacity] + _counts[(int)Reject.Context] + _counts[(int)Reject.Language];
        if (eligible == 0 && guesses > 0)
        {
            _isLenient = true;
            _counts = default;
            _table.Board.Penalties.CopyTo(_live.Bars, 0);
            _held?.ForEach(slot => _live.Bars[slot] = float.PositiveInfinity);
            eligible = BarOnce(group);
        }

        return eligible;
    }

    /// <summary>Why this one may not be asked, after <see cref="Bar"/>.</summary>
    internal Reject ReasonOf(int slot, ModelGroup? group)
    {
        if (group is not null && _table.GroupOf[slot] != group.Number)
        {
            return Reject.Model;
        }

        var reason = Reason(slot);
        return reason == Reject.None && float.IsNegativeInfinity(_live.Bars[slot]) ? Reject.Capacity : reason;
    }

    internal Planned Refusal(ModelGroup? group)
    {
        if (_someoneAsked && !_someoneHasAll)
        {
            var missing = _request.Needs & ~_offered;
            return new Planned.Unsupported(missing != Features.None ? missing : _request.Needs & ~_lastOffer);
        }

        var counts = _counts;
        counts[(int)Reject.Model] = group is null ? 0 : _table.Experts.Length - group.Slots.Length;
        counts[(int)Reject.Masked] = group?.Masked ?? _table.Groups.Sum(one => one.Masked);
        return new Planned.NoExpert(RejectCounts.Named(counts));
    }

    private int BarOnce(ModelGroup? group)
    {
        var bars = _live.Bars;
        var eligible = 0;
        if (group is null)
        {
            for (var slot = 0; slot < _table.Experts.Length; slot++)
            {
                eligible += BarOne(bars, slot);
            }

            return eligible;
        }

        // Only this model's experts keep their penalties.

        Array.Fill(bars, Barred, 0, _table.Experts.Length);
        foreach (var slot in group.Slots)
        {
            bars[slot] = _held?.Contains(slot) == true ? float.PositiveInfinity : _table.Board.Penalties[slot];
            eligible += BarOne(bars, slot);
        }

        return eligible;
    }

    private int BarOne(float[] bars, int slot)
    {
        // Nearly everybody, nearly always.
        if (_isPlain && (_request.Needs & ~_table.Features[slot]) == Features.None && bars[slot] < MostPenalty
            && _live.Loads[slot] < Full && _request.InputTokens <= _table.Contexts[slot])
        {
            bars[slot] = -bars[slot];
            return 1;
        }

        var reason = Reason(slot);
        _counts[(int)reason]++;
        bars[slot] = reason == Reject.None ? -bars[slot] - TieOf(slot) : Barred;
        return reason == Reject.None ? 1 : 0;
    }

    private Reject Reason(int slot)
    {
        var upstream = _table.Experts[slot].Upstream;
        if (_request.Models is { } allowed && !allowed.Contains(upstream.Model.Value))
        {
            return Reject.Forbidden;
        }

        var named = _namesExperts ? NameReason(upstream) : Reject.None;
        if (named != Reject.None)
        {
            return named;
        }

        var trust = TrustReason(upstream, slot);
        if (trust != Reject.None)
        {
            return trust;
        }

        var model = ModelReason(upstream, slot);
        if (model != Reject.None)
        {
            return model;
        }

        var missing = Missing(upstream);
        return missing == Features.None ? LiveReason(upstream, slot) : FeatureReason(missing);
    }

    private Reject NameReason(Upstream upstream)
    {
        var wish = _request.Wish;
        if (wish.Only.Count > 0 && !ExpertNames.IsNamed(upstream, wish.Only))
        {
            return Reject.Only;
        }

        return ExpertNames.IsNamed(upstream, wish.Exclude) ? Reject.Excluded : Reject.None;
    }

    private Reject TrustReason(Upstream upstream, int slot) => upstream.IsQuarantined
        ? Reject.Quarantined
        : PrivacyRule.ReasonOf(upstream, _request.Wish.Privacy, isSuspect: _gate.Handicap[slot] > 0);

    private float TieOf(int slot) =>
        _table.HasLanguages && !_spoken.IsDecided && _table.Experts[slot].Upstream.Language is not null ? LostTie : 0;

    private Reject ModelReason(Upstream upstream, int slot)
    {
        var wish = _request.Wish;
        if (wish.Models.Count > 0 && !wish.Models.Contains(upstream.Model))
        {
            return Reject.Model;
        }

        if (wish.MaxInputPrice is null && wish.MaxOutputPrice is null)
        {
            return Reject.None;
        }

        var prices = _table.Groups[_table.GroupOf[slot]].Prices;
        var isDear = prices.Input.PicoUsd > (wish.MaxInputPrice?.PicoUsd ?? long.MaxValue)
            || prices.Output.PicoUsd > (wish.MaxOutputPrice?.PicoUsd ?? long.MaxValue);
        return isDear ? Reject.PriceCap : Reject.None;
    }

    private Features Missing(Upstream upstream)
    {
        _someoneAsked = true;
        _offered |= upstream.Features;
        _lastOffer = upstream.Features;
        var missing = _request.Needs & ~upstream.Features;
        _someoneHasAll |= missing == Features.None;
        return missing;
    }

    private static Reject FeatureReason(Features missing) =>
        (missing & Features.Tools) != 0 ? Reject.Tools
        : (missing & (Features.Vision | Features.Audio)) != 0 ? Reject.Modality
        : Reject.Feature;

    private Reject LiveReason(Upstream upstream, int slot)
    {
        if (_held is not null && _held.Contains(slot))
        {
            return Reject.Breaker;
        }

        if (float.IsPositiveInfinity(_live.Bars[slot]) || (!_isLenient && _live.Loads[slot] >= Full))
        {
            return Reject.Capacity;
        }

        if (_request.InputTokens > upstream.ContextLength && !_isLenient)
        {
            return Reject.Context;
        }

        if (upstream.Language is { } only && !_isLenient && !_spoken.IsOnly(only))
        {
            return Reject.Language;
        }

        return _request.Wish.MaxTtft is { } most && _live.Seconds[slot] > most.TotalSeconds
            ? Reject.Deadline
            : Reject.None;
    }

    // With more than half of a model's experts ejected the fault is likely ours or everybody's: then none is, and the
    // least bad serve. Models are judged one by one, also when the pool is everything.
    private List<int>? Hold(int[] ejected)
    {
        var sitting = ejected.Where(slot => _table.Experts[slot].Load.IsEjectedFor(_request.Owner)).ToArray();
        var counts = sitting.CountBy(slot => _table.GroupOf[slot]).ToDictionary();
        List<int> held = [.. sitting.Where(slot =>
            2 * counts[_table.GroupOf[slot]] <= _table.Groups[_table.GroupOf[slot]].Slots.Length)];
        return held.Count > 0 ? held : null;
    }
}
