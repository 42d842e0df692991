using Gateway.Core;

namespace Gateway.Billing;

/// <summary>How far one person may move a price: to a third or to three times of it, and neither from nor to zero. A
/// misplaced decimal point always goes further.</summary>
internal static class PriceStep
{
    private const int MaxFactor = 3;

    /// <summary>Whether a second person must agree. A model's first prices are no change; its being free
    /// is.</summary>
    internal static bool NeedsSecondPerson(PriceVersion? before, PriceEntry after) => before is null
        ? PriceFile.Parts(after.Prices).All(part => part.Price == TokenPrice.Zero)
        : PriceFile.Parts(before.Prices).Zip(PriceFile.Parts(after.Prices))
            .Any(pair => IsLarge(pair.First.Price.PicoUsd, pair.Second.Price.PicoUsd));

    private static bool IsLarge(long before, long after) =>
        before != after
        && (before == 0 || after == 0
            || (Int128)after > (Int128)before * MaxFactor || (Int128)after * MaxFactor < before);
}
