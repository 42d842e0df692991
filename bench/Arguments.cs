using System.Globalization;

namespace Gateway.Bench;

/// <summary>Options of the form <c>--name value</c>, some of them repeated.</summary>
internal sealed class Arguments
{
    private readonly List<(string Name, string Value)> _values = [];

    public static Arguments Parse(string[] args)
    {
        var parsed = new Arguments();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == args.Length)
            {
                throw new ArgumentException($"'{args[i]}' is not an option with a value. --help lists them.");
            }

            parsed._values.Add((args[i], args[i + 1]));
        }

        return parsed;
    }

    /// <summary>The last value given, or null.</summary>
    public string? Text(string name) => _values.FindLast(pair => pair.Name == name).Value;

    /// <summary>Every value given, in order.</summary>
    public IReadOnlyList<string> All(string name) =>
        [.. _values.Where(pair => pair.Name == name).Select(pair => pair.Value)];

    public int Number(string name, int fallback) =>
        Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : fallback;

    public double Fraction(string name, double fallback) =>
        Text(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : fallback;
}
