using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Bench;

/// <summary>Prints measures, one JSON object a line.</summary>
internal static class Measures
{
    public static void WriteMachine() => Console.WriteLine(new JsonObject
    {
        ["machine"] = RuntimeInformation.OSDescription,
        ["architecture"] = RuntimeInformation.OSArchitecture.ToString(),
        ["cores"] = Environment.ProcessorCount,
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["date"] = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    }.ToJsonString());

    public static void Write(
        string measure, double value, string unit, params ReadOnlySpan<(string Name, JsonNode Value)> labels)
    {
        var line = new JsonObject { ["measure"] = measure };
        foreach (var (name, label) in labels)
        {
            line[name] = label;
        }

        line["value"] = JsonValue.Create(Round(value));
        line["unit"] = unit;
        Console.WriteLine(line.ToJsonString(JsonSerializerOptions.Default));
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The smallest value that at least this share of all values does not exceed.</summary>
    public static double Percentile(double[] sorted, double percent) =>
        sorted[Math.Clamp((int)Math.Ceiling(sorted.Length * percent / 100) - 1, 0, sorted.Length - 1)];

    private static double Round(double value) => value == 0 ? 0 : Math.Round(value, 4);
}
