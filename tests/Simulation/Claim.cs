using System.Globalization;
using System.Runtime.CompilerServices;

namespace Gateway.Simulation;

/// <summary>What is said of a condition that does not hold: almost all hold, and then nothing is put
/// together.</summary>
[InterpolatedStringHandler]
internal ref struct Claim
{
    private DefaultInterpolatedStringHandler _text;

    public Claim(int literals, int values, bool holds, out bool isWanted)
    {
        isWanted = !holds;
        _text = isWanted ? new(literals, values, CultureInfo.InvariantCulture) : default;
    }

    public Claim(int literals, int values, World world, out bool isWanted)
        : this(literals, values, world.Trace is null, out isWanted)
    {
    }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    /// <summary>The text, once.</summary>
    internal string Take() => _text.ToStringAndClear();
}
