using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What the books say at one moment of what is owed and what is held, all in rao.</summary>
/// <param name="Day">The day in UTC.</param>
/// <param name="At">The moment.</param>
/// <param name="Height">The highest block whose deposits are in the books; zero without any.</param>
/// <param name="Owed">Of every organisation with an account: its unspent lots, deposits that are final and not yet
/// credited, and refunds that are not yet paid.</param>
/// <param name="MinerPayable">Earned by miners and not yet paid.</param>
/// <param name="Assets">On our addresses, as the books have it.</param>
internal sealed record ReserveCount(
    DateOnly Day,
    DateTimeOffset At,
    long Height,
    IReadOnlyDictionary<OrgId, Rao> Owed,
    Rao MinerPayable,
    Rao Assets)
{
    private const int Million = 1_000_000;

    /// <summary>What is held for each rao that is owed, in parts per million, floored; null when nothing is owed. It
    /// stops at 2^63 - 1.</summary>
    internal static long? RatioPpm(Rao assets, Rao owed, Rao minerPayable)
    {
        var liabilities = (Int128)owed.Value + minerPayable.Value;
        return liabilities == 0
            ? null
            : (long)Int128.Clamp(Floor((Int128)assets.Value * Million, liabilities), long.MinValue, long.MaxValue);
    }

    private static Int128 Floor(Int128 dividend, Int128 divisor)
    {
        var (quotient, rest) = Int128.DivRem(dividend, divisor);
        return rest < 0 ? quotient - 1 : quotient;
    }
}
