using System.Globalization;
using System.Text;

namespace Gateway.Api.Telemetry;

/// <summary>Prometheus's text format, version 0.0.4
/// (prometheus/docs, content/docs/instrumenting/exposition_formats.md).</summary>
internal static class PrometheusText
{
    /// <summary>Its media type.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    private const long MicrosPerSecond = 1_000_000;

    public static void Head(StringBuilder text, string name, string help, string type) => text
        .Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n')
        .Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    public static void Sample(StringBuilder text, string name, string labels, long value) =>
        Sample(text, name, labels, value.ToString(CultureInfo.InvariantCulture));

    public static void Sample(StringBuilder text, string name, string labels, string value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value).Append('\n');
    }

    /// <summary>A name that has no labels, with its head.</summary>
    public static void Single(StringBuilder text, string name, string help, string type, string value)
    {
        Head(text, name, help, type);
        Sample(text, name, "", value);
    }

    /// <summary>One label; several are joined by commas.</summary>
    public static string Label(string name, string value) =>
        $"{name}=\"{value.Replace("\\", @"\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    /// <summary>Microseconds as decimal seconds, exact.</summary>
    public static string Seconds(long micros)
    {
        var (whole, rest) = Math.DivRem(micros, MicrosPerSecond);
        return rest == 0
            ? whole.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{whole}.{rest:000000}").TrimEnd('0');
    }
}
