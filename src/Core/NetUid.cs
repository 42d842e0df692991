using System.Globalization;

namespace Gateway.Core;

/// <summary>A subnet's number on the chain.</summary>
/// <param name="Value">0 is the root network.</param>
public readonly record struct NetUid(ushort Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
