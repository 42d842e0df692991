using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gateway.Bench.Route;

/// <summary>Reads a matrix: gzip, a header line, then one prompt a line. Unknown fields are passed over.</summary>
internal static class MatrixFile
{
    private const string Suffix = ".jsonl.gz";
    private const string Prefix = "routing-public-";
    private const int LeastModels = 2;
    private const int MostModels = 100;

    /// <summary>Reads every matrix of a folder; a malformed one is told on standard error and left out.</summary>
    /// <returns>The good ones, and whether all were good.</returns>
    public static (IReadOnlyList<Matrix> Matrices, bool AllGood) ReadFolder(string folder)
    {
        var matrices = new List<Matrix>();
        var allGood = true;
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Suffix).Order(StringComparer.Ordinal))
        {
            try
            {
                matrices.Add(Read(path, needScores: true));
            }
            catch (InvalidDataException error)
            {
                Console.Error.WriteLine(error.Message);
                allGood = false;
            }
        }

        return (matrices, allGood);
    }

    /// <summary>Reads one file.</summary>
    /// <param name="path">Where it is; plain text is read too.</param>
    /// <param name="needScores">Whether a row without scores is malformed.</param>
    /// <exception cref="InvalidDataException">Malformed; the message names file and line.</exception>
    public static Matrix Read(string path, bool needScores)
    {
        var line = 0;
        try
        {
            using var reader = new LineReader(path);
            line = 1;
            var header = Header(reader.Next() ?? throw new FormatException("the file is empty"));
            var rows = new List<MatrixRow>();
            for (line = 2; reader.Next() is { } text; line++)
            {
                if (text.Length > 0)
                {
                    rows.Add(Row(text, header.Models.Count, needScores));
                }
            }

            return rows.Count > 0
                ? header with { Pool = PoolOf(path), Rows = rows }
                : throw new FormatException("no rows");
        }
        catch (Exception error) when (error is FormatException or JsonException or InvalidDataException
            or InvalidOperationException or DecoderFallbackException or EndOfStreamException)
        {
            throw new InvalidDataException(
                string.Create(CultureInfo.InvariantCulture, $"{path}, line {line}: {error.Message}"), error);
        }
    }

    private static string PoolOf(string path)
    {
        var name = Path.GetFileName(path);
        name = name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
        return name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
    }

    private static Matrix Header(string line)
    {
        using var document = JsonDocument.Parse(line);
        var names = document.RootElement.GetProperty("models").EnumerateArray()
            .Select(name => name.GetString() ?? throw new FormatException("a model without a name")).ToArray();
        if (names.Length is < LeastModels or > MostModels)
        {
            throw new FormatException($"{names.Length} models, allowed are {LeastModels} to {MostModels}");
        }

        var listed = document.RootElement.TryGetProperty("price_usd_per_mtok_in_out", out var found)
            && found.ValueKind == JsonValueKind.Object;
        return new("", names, [.. names.Select(name => listed ? Price(found, name) : null)], []);
    }

    private static (double In, double Out)? Price(JsonElement prices, string model) =>
        prices.TryGetProperty(model, out var price) && price.ValueKind == JsonValueKind.Array
            && price.GetArrayLength() >= 2
            ? (Usable(price[0]), Usable(price[1]))
            : null;

    private static double Usable(JsonElement price)
    {
        var value = price.GetDouble();
        return double.IsFinite(value) && value >= 0 ? value : throw new FormatException($"{value} is not a price");
    }

    private static MatrixRow Row(string line, int models, bool needScores)
    {
        using var document = JsonDocument.Parse(line);
        var row = document.RootElement;
        var scores = Cells(row, "s", models);
        if (scores is null && needScores)
        {
            throw new FormatException("a row without scores");
        }

        scores ??= [.. Enumerable.Repeat(float.NaN, models)];
        if (Array.Find(scores, static score => score is < 0 or > 1) is var wrong and not 0)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"score {wrong} is not in 0..1"));
        }

        var answers = Text(row, "a");
        if (answers is not null && answers.Length != models)
        {
            throw new FormatException($"{answers.Length} answers for {models} models");
        }

        return new(
            row.TryGetProperty("id", out var id) ? id.ToString() : "",
            Text(row, "task") ?? "",
            Text(row, "prompt") ?? "",
            scores,
            new(Cells(row, "och", models), Cells(row, "otok", models), Cells(row, "cost", models), answers,
                Text(row, "gold") is [var gold, ..] ? gold : '\0'));
    }

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static float[]? Cells(JsonElement row, string name, int models)
    {
        if (!row.TryGetProperty(name, out var cells) || cells.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (cells.GetArrayLength() != models)
        {
            throw new FormatException($"{name} has {cells.GetArrayLength()} cells for {models} models");
        }

        return [.. cells.EnumerateArray().Select(cell =>
            cell.ValueKind == JsonValueKind.Null ? float.NaN : Finite(name, cell.GetSingle()))];
    }

    private static float Finite(string name, float value) =>
        float.IsFinite(value) ? value : throw new FormatException($"{name} is not finite");
}
