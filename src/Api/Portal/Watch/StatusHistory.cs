using Gateway.Api.Portal.Charts;
using Gateway.Api.Portal.Texts;
using Gateway.Router;

namespace Gateway.Api.Portal.Watch;

/// <summary>How the gateway's parts did: day by day, and when one did not work.</summary>
internal sealed class StatusHistory(UptimeBook book, TimeProvider time)
{
    /// <summary>Below this share of looks an hour counts as an incident.</summary>
    public const double LeastShare = 0.95;

    private const int HoursADay = 24;

    /// <summary>The share of looks at which it worked, for each of the last days; a day without looks is a gap.
    /// </summary>
    public IReadOnlyList<ChartPoint> Days(Figures figures, string kind, string name, int days = UptimeBook.Days)
    {
        var byDay = book.Of(kind, name).GroupBy(line => line.Hour / HoursADay).ToDictionary(
            day => day.Key, day => (double)day.Sum(line => line.Good) / day.Sum(line => line.Good + line.Bad));
        var today = time.GetUtcNow();
        return
        [
            .. Enumerable.Range(0, days).Select(i => today.AddDays(i - days + 1)).Select(day => new ChartPoint(
                figures.ShortDay(day),
                byDay.TryGetValue(day.ToUnixTimeSeconds() / (HoursADay * 3600), out var share) ? share : null)),
        ];
    }

    /// <summary>Hours in a row in which a part did not work as it should, the newest first.</summary>
    public IReadOnlyList<Incident> Incidents() =>
    [
        .. WatchedParts.Names.SelectMany(name => IncidentsOf(name, book.Of(WatchedParts.Part, name)))
            .OrderByDescending(incident => incident.From).ThenBy(incident => incident.Part, StringComparer.Ordinal),
    ];

    private static IEnumerable<Incident> IncidentsOf(string part, IReadOnlyList<UptimeLine> lines)
    {
        var bad = new List<UptimeLine>();
        foreach (var line in lines)
        {
            var isBad = line.Good < LeastShare * (line.Good + line.Bad);
            if (bad.Count > 0 && (!isBad || line.Hour != bad[^1].Hour + 1))
            {
                yield return Incident.Of(part, bad);
                bad.Clear();
            }

            if (isBad)
            {
                bad.Add(line);
            }
        }

        if (bad.Count > 0)
        {
            yield return Incident.Of(part, bad);
        }
    }
}

/// <summary>A time in which a part did not work as it should.</summary>
/// <param name="Part">Which part.</param>
/// <param name="From">The first hour.</param>
/// <param name="To">The end of the last hour.</param>
/// <param name="Share">The share of looks at which it worked all the same.</param>
internal sealed record Incident(string Part, DateTimeOffset From, DateTimeOffset To, double Share)
{
    public static Incident Of(string part, IReadOnlyList<UptimeLine> hours) => new(
        part, hours[0].Start, hours[^1].Start.AddHours(1),
        (double)hours.Sum(hour => hour.Good) / hours.Sum(hour => hour.Good + hour.Bad));
}
