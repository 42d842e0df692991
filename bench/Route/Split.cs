namespace Gateway.Bench.Route;

/// <summary>Half the rows to fit on, half to be judged on.</summary>
internal sealed record Split(IReadOnlyList<MatrixRow> Fit, IReadOnlyList<MatrixRow> Test)
{
    private const int MostFit = 6000;
    private const int MostTest = 4000;

    public static Split Of(Matrix matrix, int seed)
    {
        var rows = matrix.Rows.ToArray();
        new Random(seed).Shuffle(rows);
        var half = rows.Length / 2;
        return new(
            [.. rows.Take(Math.Min(half, MostFit))],
            [.. rows.Skip(half).Take(MostTest)]);
    }

    /// <summary>A score, with what was not run as 0.</summary>
    public static double Score(MatrixRow row, int model) =>
        float.IsNaN(row.Scores[model]) ? 0 : row.Scores[model];
}
