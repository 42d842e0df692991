using Gateway.Api.Portal.Texts;
using Microsoft.AspNetCore.Components;

namespace Gateway.Api.Portal.Charts;

/// <summary>The charts of all pages: drawn on the server, described in words, each with its table. Shapes stretch with
/// the page, letters do not: axes are text beside the drawing.</summary>
internal static class Chart
{
    private const double Width = 1000;
    private const double Height = 160;
    private const double Gap = 0.25;

    /// <summary>A bar for each point.</summary>
    /// <param name="words">The page's language.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="points">In order.</param>
    /// <param name="format">Writes a value.</param>
    public static MarkupString Bars(
        Words words, string title, IReadOnlyList<ChartPoint> points, Func<double, string> format)
    {
        var top = Top(points);
        var step = Width / Math.Max(points.Count, 1);
        var bars = points.Select((point, i) => point.Value is not { } value
            ? Svg.Of($"")
            : Svg.Of($"""
                <rect x="{(i * step) + (step * Gap / 2)}" y="{Height - Scaled(value, top)}" width="{step * (1 - Gap)}"
                 height="{Scaled(value, top)}"><title>{point.Label}: {format(value)}</title></rect>
                """));
        return Framed(words, title, points, format, Svg.Of($"{bars}"));
    }

    /// <summary>A line through the points; where a value is not known it stops and begins anew.</summary>
    public static MarkupString Line(
        Words words, string title, IReadOnlyList<ChartPoint> points, Func<double, string> format)
    {
        var top = Top(points);
        return Framed(words, title, points, format, Svg.Of($"""<path class="line" d="{Path(points, top)}"></path>"""));
    }

    /// <summary>A small line without axes, for the cell of a table that says the figures itself.</summary>
    public static MarkupString Spark(string title, IReadOnlyList<ChartPoint> points) => new(Svg.Of($"""
        <svg class="spark" viewBox="0 0 {Width} {Height}" preserveAspectRatio="none" role="img" aria-label="{title}">
        <path class="line" d="{Path(points, Top(points))}"></path></svg>
        """).ToString());

    /// <summary>Parts of a whole, as a row of a waterfall.</summary>
    /// <param name="title">What they are, in words.</param>
    /// <param name="spans">In order.</param>
    public static MarkupString Waterfall(string title, IReadOnlyList<ChartSpan> spans)
    {
        var bars = spans.Select(span => Svg.Of($"""
            <rect class="{span.Kind}" x="{span.From * Width}" y="0" width="{Math.Max((span.To - span.From) * Width, 4)}"
             height="10"></rect>
            """));
        return new(Svg.Of($"""
            <svg class="span" viewBox="0 0 {Width} 10" preserveAspectRatio="none" role="img" aria-label="{title}">
            <rect class="track" x="0" y="0" width="{Width}" height="10"></rect>{bars}</svg>
            """).ToString());
    }

    /// <summary>A figure with its bounds of confidence on a scale from 0 to 1.</summary>
    public static MarkupString Interval(string title, double low, double value, double high) => new(Svg.Of($"""
        <svg class="interval" viewBox="0 0 {Width} 10" preserveAspectRatio="none" role="img" aria-label="{title}">
        <rect class="track" x="0" y="4" width="{Width}" height="2"></rect><rect class="reach" x="{low * Width}" y="3"
         width="{Math.Max((high - low) * Width, 4)}" height="4"></rect>
        <rect class="mark" x="{(value * Width) - 5}" y="0" width="10" height="10"></rect></svg>
        """).ToString());

    private static MarkupString Framed(
        Words words, string title, IReadOnlyList<ChartPoint> points, Func<double, string> format, Svg shapes)
    {
        var known = points.Where(point => point.Value is not null).ToList();
        var most = known.Count == 0 ? 0 : known.Max(point => point.Value!.Value);
        var ticks = new[] { 0, points.Count / 2, points.Count - 1 }.Where(i => i >= 0 && points.Count > 0).Distinct();
        var description = words["chart.description", title, points.Count, format(most)];
        var labels = ticks.Select(i => Svg.Of($"<span>{points[i].Label}</span>"));
        var rows = points.Select(point => Svg.Of($"""
            <tr><th scope="row">{point.Label}</th><td class="n">{Cell(words, point, format)}</td></tr>
            """));
        return new(Svg.Of($"""
            <figure class="chart">
            <figcaption>{title}<span class="n">{words["chart.most", format(most)]}</span></figcaption>
            <svg viewBox="0 0 {Width} {Height}" preserveAspectRatio="none" role="img" aria-label="{description}">
            <line class="axis" x1="0" x2="{Width}" y1="{Height}" y2="{Height}"></line>
            <line class="grid" x1="0" x2="{Width}" y1="{Height / 2}" y2="{Height / 2}"></line>{shapes}</svg>
            <div class="ticks" aria-hidden="true">{labels}</div>
            <details><summary>{words["chart.table"]}</summary><div class="scroll" tabindex="0" role="region"
             aria-label="{title}"><table><tbody>{rows}</tbody></table></div></details></figure>
            """).ToString());
    }

    private static string Cell(Words words, ChartPoint point, Func<double, string> format) =>
        point.Value is { } value ? format(value) : words["unknown"];

    private static string Path(IReadOnlyList<ChartPoint> points, double top)
    {
        var step = points.Count > 1 ? Width / (points.Count - 1) : 0;
        var path = Svg.Of($"");
        var pen = "M";
        for (var i = 0; i < points.Count; i++)
        {
            if (points[i].Value is { } value)
            {
                path.AppendFormatted(Svg.Of($"{pen}{i * step} {Height - Scaled(value, top)}"));
            }

            pen = points[i].Value is null ? "M" : "L";
        }

        return path.ToString();
    }

    private static double Top(IReadOnlyList<ChartPoint> points) =>
        points.Select(point => point.Value ?? 0).DefaultIfEmpty(0).Max();

    // A tenth stays free above the highest.
    private static double Scaled(double value, double top) => top <= 0 ? 0 : value / top * Height * 0.9;
}
