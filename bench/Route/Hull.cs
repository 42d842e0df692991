namespace Gateway.Bench.Route;

/// <summary>A policy's mean cost in USD and mean quality.</summary>
internal readonly record struct Point(double Cost, double Quality);

/// <summary>The upper hull of policies: between two of them any mixture can be had by tossing a coin.</summary>
internal static class Hull
{
    /// <summary>Mean height of the non-decreasing hull between two costs.</summary>
    public static double MeanHeight(IEnumerable<Point> points, double low, double high)
    {
        var hull = Of(points);
        if (high <= low)
        {
            return Height(hull, high);
        }

        var breaks = hull.Select(point => point.Cost).Where(cost => cost > low && cost < high)
            .Append(low).Append(high).Order().ToArray();
        var area = 0.0;
        for (var i = 1; i < breaks.Length; i++)
        {
            area += (breaks[i] - breaks[i - 1]) * (Height(hull, breaks[i - 1]) + Height(hull, breaks[i])) / 2;
        }

        return area / (high - low);
    }

    private static List<Point> Of(IEnumerable<Point> points)
    {
        var hull = new List<Point>();
        foreach (var point in points.OrderBy(point => point.Cost).ThenByDescending(point => point.Quality))
        {
            if (hull.Count > 0 && point.Quality <= hull[^1].Quality)
            {
                continue;
            }

            while (hull.Count > 1 && Slope(hull[^2], hull[^1]) <= Slope(hull[^2], point))
            {
                hull.RemoveAt(hull.Count - 1);
            }

            hull.Add(point);
        }

        return hull;
    }

    private static double Slope(Point from, Point to) => to.Cost > from.Cost
        ? (to.Quality - from.Quality) / (to.Cost - from.Cost)
        : double.PositiveInfinity;

    private static double Height(List<Point> hull, double cost)
    {
        var next = hull.FindIndex(point => point.Cost >= cost);
        if (next <= 0)
        {
            return next < 0 ? hull[^1].Quality : hull[0].Cost <= cost ? hull[0].Quality : 0;
        }

        var (left, right) = (hull[next - 1], hull[next]);
        return left.Quality + ((right.Quality - left.Quality) * (cost - left.Cost) / (right.Cost - left.Cost));
    }
}
