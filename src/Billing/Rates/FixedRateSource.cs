using Gateway.Core;

namespace Gateway.Billing;

/// <summary>One price for all times: the operator's word, which replaces every other source and is labelled
/// so.</summary>
internal static class FixedRateSource
{
    internal const string Name = "fixed";

    internal static RateSight Sight(FxRate rate, long now) => new(Name, rate, now);
}
