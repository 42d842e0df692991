using System.Globalization;
using System.Numerics;

namespace Gateway.DevNet.Brain;

/// <summary>A unit: a value in it, plus <paramref name="Offset"/>, times <paramref name="Factor"/> is in the
/// dimension's base unit.</summary>
internal sealed record Unit(string Dimension, string Singular, string Plural, Rational Factor, Rational Offset)
{
    internal string Named(Rational quantity) => quantity == 1 ? Singular : Plural;
}

/// <summary>Units by their names. Case counts (mb is no MB); a name written otherwise is found when that is
/// unambiguous.</summary>
internal sealed class UnitTable
{
    private readonly Dictionary<string, Unit> _exact = [];
    private readonly Dictionary<string, Unit?> _anyCase = [];

    internal UnitTable()
    {
        foreach (var fields in DataFiles.Rows("units.csv", ',', skip: 1))
        {
            var offset = fields.Length > 5 ? Fraction(fields[5]) : 0;
            var unit = new Unit(fields[0], fields[1], fields[2], Fraction(fields[4]), offset);
            foreach (var name in (IEnumerable<string>)[unit.Singular, unit.Plural, .. DataFiles.Names(fields, 3)])
            {
                AddName(name, unit);
            }
        }
    }

    internal IEnumerable<Unit> Units => _exact.Values.Distinct();

    internal Unit? Find(string name) => _exact.GetValueOrDefault(name)
        ?? _anyCase.GetValueOrDefault(name.ToLowerInvariant());

    private static Rational Fraction(string text)
    {
        var parts = text.Split('/');
        return new(Integer(parts[0]), parts.Length == 1 ? 1 : Integer(parts[1]));
    }

    private static BigInteger Integer(string digits) =>
        BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    private void AddName(string name, Unit unit)
    {
        _exact[name] = unit;
        var lower = name.ToLowerInvariant();
        _anyCase[lower] = _anyCase.TryGetValue(lower, out var other) && other != unit ? null : unit;
    }
}
