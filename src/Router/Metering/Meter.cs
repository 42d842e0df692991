using Gateway.Core;

namespace Gateway.Router.Metering;

/// <summary>What one request's usage may not exceed, and what stands in for a figure the upstream does not
/// give.</summary>
internal sealed record MeterBounds(long InputBound, long InputEstimate, long OutputLimit);

/// <summary>A usage within its bounds.</summary>
/// <param name="Usage">What may be billed.</param>
/// <param name="Estimated">Whether a part of it is our own count.</param>
/// <param name="Overclaimed">Whether the upstream claimed more than can be.</param>
internal readonly record struct Metered(Usage Usage, bool Estimated, bool Overclaimed);

/// <summary>The state of the meter after some of an answer; each frame gives the next state, so that what was written
/// and what was delivered are two values of it.</summary>
internal readonly record struct MeterReading(TextFacts Facts, long Deltas, UsageFigure Figure, long Output)
{
    /// <summary>The state after one more frame.</summary>
    internal MeterReading After(TextFacts facts, UsageFigure figure)
    {
        var all = Facts + facts;
        var deltas = Deltas + (facts.HasText ? 1 : 0);
        var claimed = Figure.Rise(figure);
        var counted = figure.Output is not null ? claimed.Output!.Value
            : !facts.HasText ? Output
            : claimed.Output is null ? deltas
            // With figures arriving along the stream a frame that lacks one counts as one token more than the last.
            : Output + 1;
        // Who claims what cannot be is not believed about anything: his own count goes, ours stays.
        counted = claimed.Output > all.TokensBound ? deltas : counted;
        return new(all, deltas, claimed, Math.Min(counted, all.TokensBound));
    }

    /// <summary>The usage of an answer read as a stream: without a figure that can be, one token a delta.</summary>
    internal Metered ToUsage(MeterBounds bounds) => Within(bounds, Output, Output);

    /// <summary>The usage of an answer read whole: without a figure that can be, one token for four bytes.</summary>
    internal Metered ToWholeUsage(MeterBounds bounds)
    {
        var own = (Facts.Bytes + 3) / 4;
        return Within(bounds, Figure.Output ?? own, own);
    }

    private Metered Within(MeterBounds bounds, long output, long own)
    {
        var isInputOurs = !(Figure.Input <= bounds.InputBound);
        var isOutputOurs = !(Figure.Output <= Facts.TokensBound);
        var input = Math.Min(isInputOurs ? bounds.InputEstimate : Figure.Input!.Value, bounds.InputBound);
        output = Math.Min(isOutputOurs ? Math.Min(own, Facts.TokensBound) : output, bounds.OutputLimit);
        var usage = new Usage(
            input,
            isInputOurs ? 0 : Math.Min(Figure.Cached ?? 0, input),
            output,
            Math.Min(Figure.Reasoning ?? 0, output));
        var overclaimed = Figure.Input > bounds.InputBound
            || Figure.Output > Math.Min(Facts.TokensBound, bounds.OutputLimit);
        return new(usage, isInputOurs || isOutputOurs, overclaimed);
    }
}
