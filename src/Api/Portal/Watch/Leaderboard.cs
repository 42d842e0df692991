using Gateway.Router;

namespace Gateway.Api.Portal.Watch;

/// <summary>Experts in the order of their scores, as far as the scores can tell them apart.</summary>
internal static class Leaderboard
{
    /// <summary>Judged answers below which nobody has a rank.</summary>
    public const int LeastJudged = 12;

    private const double Z = 1.96;

    /// <summary>The experts with their ranks, the ranked ones first. Whose intervals overlap with the best of a rank
    /// have it too.</summary>
    public static IReadOnlyList<Ranked> Of(IEnumerable<ExpertStanding> experts)
    {
        var all = experts.Select(expert => (Expert: expert, Bounds: Bounds(expert.Quality, expert.Judged))).ToList();
        var proven = all.Where(one => one.Expert.Judged >= LeastJudged)
            .OrderByDescending(one => one.Expert.Quality).ThenBy(one => one.Expert.Name, StringComparer.Ordinal);
        var ranked = new List<Ranked>();
        foreach (var (expert, bounds) in proven)
        {
            var best = ranked.Count > 0 ? ranked.Find(one => one.Rank == ranked[^1].Rank) : null;
            var rank = best is not null && bounds.High >= best.Low ? best.Rank!.Value : ranked.Count + 1;
            ranked.Add(new(expert, rank, bounds.Low, bounds.High));
        }

        return
        [
            .. ranked,
            .. all.Where(one => one.Expert.Judged < LeastJudged).OrderByDescending(one => one.Expert.Judged)
                .ThenByDescending(one => one.Expert.Quality).ThenBy(one => one.Expert.Name, StringComparer.Ordinal)
                .Select(one => new Ranked(one.Expert, null, one.Bounds.Low, one.Bounds.High)),
        ];
    }

    /// <summary>Wilson's interval of a share that was seen in so many trials, 95 % (E. B. Wilson, Probable Inference,
    /// 1927); without trials all of it.</summary>
    public static (double Low, double High) Bounds(double share, double trials)
    {
        if (trials <= 0)
        {
            return (0, 1);
        }

        var p = Math.Clamp(share, 0, 1);
        var (square, scale) = (Z * Z, 1 + (Z * Z / trials));
        var middle = (p + (square / (2 * trials))) / scale;
        var half = Z / scale * Math.Sqrt((p * (1 - p) / trials) + (square / (4 * trials * trials)));
        return (Math.Max(0, middle - half), Math.Min(1, middle + half));
    }

    /// <summary>Why an expert is not chosen now, or seldom: the stems of the texts; empty: it is.</summary>
    public static IReadOnlyList<string> Reasons(ExpertStanding expert) =>
    [
        .. expert.IsQuarantined ? ["quarantined"] : Array.Empty<string>(),
        .. expert.IsEjected ? ["ejected"] : Array.Empty<string>(),
        .. expert.IsHeldBack ? ["heldback"] : Array.Empty<string>(),
        .. expert.IsNewcomer ? ["newcomer"] : Array.Empty<string>(),
    ];
}

/// <summary>An expert with its place.</summary>
/// <param name="Expert">Who it is.</param>
/// <param name="Rank">Its rank, which others may share; null: unproven.</param>
/// <param name="Low">The interval's lower end, 0 to 1.</param>
/// <param name="High">Its upper end.</param>
internal sealed record Ranked(ExpertStanding Expert, int? Rank, double Low, double High);
