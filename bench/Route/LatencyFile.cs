using System.Globalization;

namespace Gateway.Bench.Route;

/// <summary>One provider's recorded calls: seconds to the first token, or NaN for a failed one.</summary>
internal sealed record ProviderCalls(string Name, double[] FirstTokens);

/// <summary>Reads recorded latencies: provider, size, error, seconds to the first token.</summary>
internal static class LatencyFile
{
    private const string Pattern = "*llmperf*.csv.gz";
    private const string Size = "70b";

    /// <summary>The providers of the largest size, or none when the folder has no such file.</summary>
    public static IReadOnlyList<ProviderCalls> Read(string folder)
    {
        var path = Directory.EnumerateFiles(folder, Pattern).FirstOrDefault();
        if (path is null)
        {
            return [];
        }

        using var reader = new LineReader(path);
        var names = (reader.Next() ?? "").Split(',');
        var (provider, size) = (Array.IndexOf(names, "provider"), Array.IndexOf(names, "llama2_size"));
        var (error, first) = (Array.IndexOf(names, "error"), Array.IndexOf(names, "ttft_s"));
        if (provider < 0 || size < 0 || error < 0 || first < 0)
        {
            throw new InvalidDataException($"{path}, line 1: columns are missing");
        }

        var calls = new Dictionary<string, List<double>>();
        while (reader.Next() is { } line)
        {
            var cells = line.Split(',');
            if (cells.Length == names.Length && cells[size] == Size)
            {
                var isFine = cells[error].Length == 0
                    & double.TryParse(cells[first], CultureInfo.InvariantCulture, out var seconds);
                (calls.TryGetValue(cells[provider], out var known) ? known : calls[cells[provider]] = [])
                    .Add(isFine ? seconds : double.NaN);
            }
        }

        return [.. calls.Select(pair => new ProviderCalls(pair.Key, [.. pair.Value]))];
    }
}
