namespace Gateway.Api.Portal.Charts;

/// <summary>A bar of a waterfall.</summary>
/// <param name="Kind">The style's class, and the stem of its text.</param>
/// <param name="From">Where it begins, 0 to 1.</param>
/// <param name="To">Where it ends.</param>
internal readonly record struct ChartSpan(string Kind, double From, double To);
