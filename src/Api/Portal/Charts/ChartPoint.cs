namespace Gateway.Api.Portal.Charts;

/// <summary>A value of a chart.</summary>
/// <param name="Label">What it is of: a day, a model.</param>
/// <param name="Value">Its size; null: not known, drawn as a gap.</param>
internal readonly record struct ChartPoint(string Label, double? Value);
