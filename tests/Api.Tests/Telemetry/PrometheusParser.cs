using System.Globalization;
using System.Text;

namespace Gateway.Api.Tests.Telemetry;

/// <summary>Reads Prometheus's text format 0.0.4 as strictly as its description says: heads before samples, one head a
/// name, escapes, histograms that add up.</summary>
internal sealed class PrometheusParser
{
    private readonly Dictionary<string, string> _types = [];
    private readonly Dictionary<string, string> _helps = [];
    private readonly List<Sample> _samples = [];

    public IReadOnlyDictionary<string, string> Types => _types;

    public IReadOnlyList<Sample> Samples => _samples;

    public static PrometheusParser Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        var parser = new PrometheusParser();
        foreach (var line in text.Split('\n')[..^1])
        {
            parser.Line(line);
        }

        parser.CheckHistograms();
        var twice = parser._samples.GroupBy(sample => sample.Id).Where(group => group.Count() > 1);
        Assert.Empty(twice);
        return parser;
    }

    /// <summary>The sum over all samples of a name whose labels have these values.</summary>
    public double Sum(string name, params (string Name, string Value)[] labels) => _samples
        .Where(sample => sample.Name == name && labels.All(label => sample.Labels[label.Name] == label.Value))
        .Sum(sample => sample.Value);

    private void Line(string line)
    {
        Assert.NotEqual("", line);
        if (!line.StartsWith('#'))
        {
            ReadSample(line);
            return;
        }

        var parts = line.Split(' ', 4);
        Assert.Equal("#", parts[0]);
        var (kind, name) = (parts[1], parts[2]);
        Assert.DoesNotContain(_samples, sample => sample.Family == name);
        if (kind == "HELP")
        {
            Assert.True(_helps.TryAdd(name, parts[3]), $"{name} has two HELP lines");
        }
        else
        {
            Assert.Equal("TYPE", kind);
            Assert.Contains(parts[3], (string[])["counter", "gauge", "histogram"]);
            Assert.True(_types.TryAdd(name, parts[3]), $"{name} has two TYPE lines");
        }
    }

    private void ReadSample(string line)
    {
        var at = 0;
        var name = Name(line, ref at);
        var labels = line[at] == '{' ? Labels(line, ref at) : [];
        Assert.Equal(' ', line[at]);
        var text = line[(at + 1)..];
        Assert.DoesNotContain(' ', text);
        var value = text == "+Inf"
            ? double.PositiveInfinity
            : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        var family = _types.ContainsKey(name) ? name : name[..name.LastIndexOf('_')];
        Assert.True(_types.ContainsKey(family), $"{name} has no TYPE before it");
        Assert.True(_helps.ContainsKey(family), $"{name} has no HELP before it");
        _samples.Add(new(name, family, labels, value));
    }

    private static string Name(string line, ref int at)
    {
        var from = at;
        while (at < line.Length && (char.IsAsciiLetterOrDigit(line[at]) || line[at] is '_' or ':'))
        {
            at++;
        }

        Assert.True(at > from && !char.IsAsciiDigit(line[from]), line);
        return line[from..at];
    }

    private static Dictionary<string, string> Labels(string line, ref int at)
    {
        var labels = new Dictionary<string, string>();
        do
        {
            at++;
            var name = Name(line, ref at);
            Assert.Equal("=\"", line.Substring(at, 2));
            at += 2;
            Assert.True(labels.TryAdd(name, Value(line, ref at)), line);
        }
        while (line[at] == ',');

        Assert.Equal('}', line[at]);
        at++;
        return labels;
    }

    private static string Value(string line, ref int at)
    {
        var value = new StringBuilder();
        for (; line[at] != '"'; at++)
        {
            if (line[at] != '\\')
            {
                value.Append(line[at]);
                continue;
            }

            at++;
            value.Append(line[at] switch
            {
                '\\' => '\\',
                '"' => '"',
                'n' => '\n',
                _ => throw new FormatException(line),
            });
        }

        at++;
        return value.ToString();
    }

    private void CheckHistograms()
    {
        foreach (var (family, _) in _types.Where(type => type.Value == "histogram"))
        {
            var buckets = _samples.Where(sample => sample.Name == family + "_bucket").ToList();
            var bounds = buckets.ConvertAll(bucket => bucket.Labels["le"] == "+Inf"
                ? double.PositiveInfinity
                : double.Parse(bucket.Labels["le"], CultureInfo.InvariantCulture));
            Assert.Equal(bounds.Order(), bounds);
            Assert.Equal(double.PositiveInfinity, bounds[^1]);
            Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
            Assert.Equal(Sum(family + "_count"), buckets[^1].Value);
            Assert.Single(_samples, sample => sample.Name == family + "_sum");
        }
    }

    /// <summary>One sample.</summary>
    internal sealed record Sample(string Name, string Family, Dictionary<string, string> Labels, double Value)
    {
        public string Id => Name + "|" + string.Join('|', Labels.OrderBy(label => label.Key, StringComparer.Ordinal));
    }
}
