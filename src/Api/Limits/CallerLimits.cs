using System.Collections.Frozen;

namespace Gateway.Api.Limits;

/// <summary>All rate limits a key's requests stand under: those for every model, and those for single ones. Made once a
/// caller, so that finding them costs one look-up and allocates nothing.</summary>
internal sealed class CallerLimits
{
    private readonly LimitRule[] _general;
    private readonly FrozenDictionary<string, LimitRule[]> _byModel;

    private CallerLimits(LimitRule[] general, FrozenDictionary<string, LimitRule[]> byModel) =>
        (_general, _byModel) = (general, byModel);

    /// <summary>No limit at all.</summary>
    public static CallerLimits None { get; } = Of([]);

    /// <summary>The limits for every model.</summary>
    public IReadOnlyList<LimitRule> General => _general;

    /// <summary>Sorts rules by model; rules without a limit are left out.</summary>
    public static CallerLimits Of(IEnumerable<LimitRule> rules)
    {
        var all = rules.Where(rule => !rule.Quota.IsUnlimited).OrderBy(rule => rule.Scope).ToArray();
        var general = all.Where(rule => rule.Key.Model.Length == 0).ToArray();
        return new(general, all.Where(rule => rule.Key.Model.Length > 0)
            .GroupBy(rule => rule.Key.Model)
            .ToFrozenDictionary(group => group.Key, group => (LimitRule[])[.. general, .. group]));
    }

    /// <summary>What a request for this model must pass, at most <see cref="LimitLease.MaxRules"/> rules.</summary>
    public LimitRule[] For(string model) => _byModel.TryGetValue(model, out var rules) ? rules : _general;
}
