namespace Gateway.Bench.Route;

/// <summary>One prompt and what every model made of it.</summary>
/// <param name="Id">Opaque, echoed in decisions.</param>
/// <param name="Task">The benchmark's own label: for scoring only, never shown to the gate.</param>
/// <param name="Prompt">The prompt, empty when it is not known.</param>
/// <param name="Scores">0 to 1 per model; NaN where it was not run.</param>
/// <param name="Extras">What else the row tells.</param>
internal sealed record MatrixRow(string Id, string Task, string Prompt, float[] Scores, RowExtras Extras);

/// <summary>The optional columns of a row; an absent one is null, an absent cell NaN.</summary>
/// <param name="OutputCharacters">Characters the model wrote.</param>
/// <param name="OutputTokens">Tokens the model wrote.</param>
/// <param name="Cost">USD of the call, as recorded.</param>
/// <param name="Answers">An answer letter per model; <c>-</c> none, <c>?</c> not run.</param>
/// <param name="Gold">The right letter, or the null character.</param>
internal sealed record RowExtras(
    float[]? OutputCharacters, float[]? OutputTokens, float[]? Cost, string? Answers, char Gold);

/// <summary>Prompts by models.</summary>
/// <param name="Pool">The file's name, as a label of measures.</param>
/// <param name="Models">Column names, as labels of decisions.</param>
/// <param name="Prices">USD per million tokens in and out, by column, or null where none is listed.</param>
/// <param name="Rows">The prompts.</param>
internal sealed record Matrix(
    string Pool, IReadOnlyList<string> Models, IReadOnlyList<(double In, double Out)?> Prices,
    IReadOnlyList<MatrixRow> Rows)
{
    /// <summary>The same matrix with only these columns.</summary>
    public Matrix Keep(IReadOnlyList<int> columns) => new(
        Pool,
        [.. columns.Select(column => Models[column])],
        [.. columns.Select(column => Prices[column])],
        [.. Rows.Select(row => row with
        {
            Scores = Take(row.Scores, columns)!,
            Extras = new(
                Take(row.Extras.OutputCharacters, columns),
                Take(row.Extras.OutputTokens, columns),
                Take(row.Extras.Cost, columns),
                row.Extras.Answers is { } answers ? string.Concat(columns.Select(column => answers[column])) : null,
                row.Extras.Gold),
        })]);

    /// <summary>Without these models, and without models that ran on fewer than this share of the rows.</summary>
    public Matrix Covered(double share, IReadOnlyCollection<string> dropped) => Keep(
        [.. Enumerable.Range(0, Models.Count).Where(column => !dropped.Contains(Models[column])
            && Rows.Count(row => !float.IsNaN(row.Scores[column])) >= share * Rows.Count)]);

    private static float[]? Take(float[]? cells, IReadOnlyList<int> columns) =>
        cells is null ? null : [.. columns.Select(column => cells[column])];
}
