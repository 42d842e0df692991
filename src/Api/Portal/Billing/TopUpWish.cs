using Gateway.Core;

namespace Gateway.Api.Portal.Billing;

/// <summary>How much somebody means to pay: one of dollars and TAO; the rate of the moment gives the other.</summary>
/// <param name="Usd">Dollars; null: <paramref name="Tao"/> counts.</param>
/// <param name="Tao">TAO, in rao.</param>
internal sealed record TopUpWish(NanoUsd? Usd, Rao? Tao)
{
    /// <summary>The least, in dollars.</summary>
    public static readonly NanoUsd Least = new(1_000_000_000);

    /// <summary>The most, in dollars.</summary>
    public static readonly NanoUsd Most = new(1_000_000_000_000_000);

    /// <summary>What it is in both; null when it is out of range.</summary>
    public (NanoUsd Usd, Rao Tao)? At(FxRate rate)
    {
        try
        {
            var usd = Usd ?? rate.ToCredit(Tao ?? Rao.Zero);
            return usd < Least || usd > Most ? null : (usd, Tao ?? rate.ToRao(usd));
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
