using System.Globalization;
using Gateway.Router.Planning;

namespace Gateway.Router.Traces;

/// <summary>Says in one sentence why somebody was asked.</summary>
internal static class Explanation
{
    private const int Percent = 100;

    /// <summary>The sentence; null for a plan without a record.</summary>
    internal static string? Of(PlanRecord? record, Upstream? served)
    {
        if (record is null)
        {
            return null;
        }

        var why = served is not null && record.TryFind(served, out var chosen) && chosen.Slot != record.Decision.Slot
            ? "The experts before it failed, or were too slow."
            : Why(record);
        return record.Because.Length > 0 ? $"{record.Because} {why}" : why;
    }

    private static string Why(PlanRecord record)
    {
        if (record.Lines.Count > 0)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"{record.Lines.Count} experts of different operators are asked.");
        }

        if (record.Decision.IsExploration)
        {
            return "Chosen to get to know it: hardly anything is known of it yet.";
        }

        if (record.Eligible == 1)
        {
            return "The only expert that may be asked now.";
        }

        return record.Moved switch
        {
            "hot" => "About as good as the best one, which is busier.",
            "cached" => "It answered this conversation before, so that its input costs less.",
            "price" => "As good as the best one, and cheaper.",
            _ => ByStrategy(record),
        };
    }

    private static string ByStrategy(PlanRecord record) => record.Used switch
    {
        Strategy.Fastest => "The fastest of those within 5 points of the best.",
        Strategy.Cheapest => "The cheapest of those within 10 points of the best.",
        _ => Compare(record.Facts[0], record.Facts[Math.Min(1, record.Facts.Length - 1)]),
    };

    private static string Compare(in CandidateFacts chosen, in CandidateFacts next)
    {
        var points = (int)MathF.Round((chosen.Quality - next.Quality) * Percent);
        var quality = points switch
        {
            > 0 => string.Create(CultureInfo.InvariantCulture, $"Expected {points} points better than the next"),
            < 0 => string.Create(CultureInfo.InvariantCulture, $"Drawn before one expected {-points} points better"),
            _ => "Expected as good as the next",
        };
        return quality + Price(chosen.Usd, next.Usd) + ".";
    }

    private static string Price(float own, float other)
    {
        if (!(own > 0 && other > 0))
        {
            return "";
        }

        var percent = (int)MathF.Round(((own / other) - 1) * Percent);
        return percent switch
        {
            > 0 => string.Create(CultureInfo.InvariantCulture, $", {percent} % dearer"),
            < 0 => string.Create(CultureInfo.InvariantCulture, $", {-percent} % cheaper"),
            _ => "",
        };
    }
}
