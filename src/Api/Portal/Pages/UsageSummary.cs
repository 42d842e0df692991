using Gateway.Api.Portal.Charts;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Portal.Pages;

/// <summary>An organisation's usage of some days, ending today, as pages show it.</summary>
/// <param name="Lines">By day and group.</param>
/// <param name="Days">The days, oldest first; also those without usage.</param>
internal sealed record UsageSummary(IReadOnlyList<UsageLine> Lines, IReadOnlyList<DateTimeOffset> Days)
{
    /// <summary>Written for the page's language.</summary>
    public required Func<DateTimeOffset, string> Format { get; init; }

    /// <summary>How a line is named in tables.</summary>
    public Func<UsageLine, string?> NameOf { get; init; } = line => line.Model;

    /// <summary>What was charged on each day, in nano-USD.</summary>
    public IReadOnlyList<ChartPoint> Spend => Points(Lines, totals => totals.Charge.Value);

    /// <summary>How many requests ended on each day.</summary>
    public IReadOnlyList<ChartPoint> Requests => Points(Lines, totals => totals.Requests);

    /// <summary>What everything cost.</summary>
    public NanoUsd Total => Sum(Lines);

    /// <summary>Dearest first.</summary>
    public IEnumerable<UsageRow> ByModel => Lines.GroupBy(line => NameOf(line) ?? "").Select(group => new UsageRow(
            group.Key,
            group.Sum(line => line.Totals.Requests),
            group.Sum(line => line.Totals.Input),
            group.Sum(line => line.Totals.Output),
            Sum(group),
            Points([.. group], totals => totals.Charge.Value)))
        .OrderByDescending(row => row.Charge).ThenBy(row => row.Name, StringComparer.Ordinal);

    /// <summary>Reads the last days, today included; with <paramref name="back"/>, as many days before.</summary>
    public static async Task<UsageSummary> ReadAsync(
        Statements statements, PageFrame page, int days, CancellationToken cancellationToken,
        UsageGroups groups = UsageGroups.Model, int back = 0)
    {
        var today = new DateTimeOffset(page.Now.UtcDateTime.Date, TimeSpan.Zero).AddDays(-back);
        var from = today.AddDays(1 - days);
        var lines = await statements.UsageAsync(
            page.Org, new(from, today.AddDays(1), UsageBucket.Day, groups), cancellationToken);
        return new(lines, [.. Enumerable.Range(0, days).Select(day => from.AddDays(day))]) { Format = page.F.ShortDay };
    }

    /// <summary>What a day cost of late, on average; null when nothing was charged.</summary>
    public NanoUsd? PerDay(int days)
    {
        var first = Days[^days];
        var sum = Sum(Lines.Where(line => line.Start >= first));
        return sum > NanoUsd.Zero ? new(sum.Value / days) : null;
    }

    private ChartPoint[] Points(IReadOnlyList<UsageLine> lines, Func<UsageTotals, long> value)
    {
        var known = lines.GroupBy(line => line.Start)
            .ToDictionary(group => group.Key, group => group.Sum(line => value(line.Totals)));
        return [.. Days.Select(day => new ChartPoint(Format(day), known.GetValueOrDefault(day)))];
    }

    private static NanoUsd Sum(IEnumerable<UsageLine> lines) =>
        lines.Aggregate(NanoUsd.Zero, (sum, line) => sum + line.Totals.Charge);
}

/// <summary>A row of a table of usage.</summary>
internal sealed record UsageRow(
    string Name, long Requests, long Input, long Output, NanoUsd Charge, IReadOnlyList<ChartPoint> Trend);
