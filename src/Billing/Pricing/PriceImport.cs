namespace Gateway.Billing;

/// <summary>What became of a price file. A file is taken as a whole: with anything refused or pending, nothing of it
/// holds.</summary>
/// <param name="Added">Models that have a new version.</param>
/// <param name="Unchanged">Models whose prices already are so.</param>
/// <param name="Pending">Models whose step needs a second person; the file waits for them.</param>
/// <param name="Refused">What is wrong, each with its JSON path.</param>
public sealed record PriceImport(
    IReadOnlyList<string> Added,
    IReadOnlyList<string> Unchanged,
    IReadOnlyList<string> Pending,
    IReadOnlyList<string> Refused)
{
    internal static PriceImport Refuse(params IReadOnlyList<string> reasons) => new([], [], [], reasons);
}
