namespace Gateway.Router;

/// <summary>How a model does now, as seen by this process; null where nothing was seen yet.</summary>
/// <param name="TtftP50">Median seconds to the first token of a stream.</param>
/// <param name="TtftP95">95 of 100 first tokens came within so many seconds.</param>
/// <param name="TokensPerSecond">Median output speed of streams.</param>
/// <param name="Success1H">Share of attempts that succeeded in this hour of the clock, 0 to 1.</param>
/// <param name="Success24H">The same over 24 hours.</param>
public sealed record LiveFigures(
    double? TtftP50, double? TtftP95, double? TokensPerSecond, double? Success1H, double? Success24H);
