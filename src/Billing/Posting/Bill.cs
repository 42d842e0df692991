using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A request priced and not yet settled.</summary>
/// <param name="Hold">What backs it.</param>
/// <param name="Delivered">What is charged for.</param>
/// <param name="Price">The locked version that made the charge, of several calls the served model's; null when the
/// request is free by its ending.</param>
/// <param name="Charge">Zero to the hold's amount.</param>
public sealed record Bill(Hold Hold, Delivered Delivered, PriceVersion? Price, Charge Charge)
{
    /// <summary>The calls' parts of the charge, where there are several.</summary>
    internal IReadOnlyList<ChargedLine> Lines { get; init; } = [];
}
