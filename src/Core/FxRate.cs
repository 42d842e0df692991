namespace Gateway.Core;

/// <summary>The price of TAO: pico-USD per rao. 400 USD per TAO is 400,000.</summary>
/// <param name="PicoUsdPerRao">Pico-USD per rao, above zero for a usable rate.</param>
public readonly record struct FxRate(long PicoUsdPerRao)
{
    private const int UsdPerTaoDecimals = 3;
    private const int PicoPerNano = 1000;

    /// <summary>Reads USD per TAO from decimal text such as <c>400.00</c>, at most three decimals, above
    /// zero.</summary>
    public static bool TryParseUsdPerTao(ReadOnlySpan<char> text, out FxRate rate)
    {
        var parsed = FixedPoint.TryParse(text, UsdPerTaoDecimals, out var value) && value > 0;
        rate = parsed ? new(value) : default;
        return parsed;
    }

    /// <summary>The credit that a deposit buys, rounded up in the customer's favour. Throws
    /// <see cref="OverflowException"/> when it does not fit.</summary>
    public NanoUsd ToCredit(Rao amount) =>
        new(checked((long)((((Int128)amount.Value * PicoUsdPerRao) + PicoPerNano - 1) / PicoPerNano)));

    /// <summary>The least amount of rao that buys at least <paramref name="credit"/>.</summary>
    public Rao ToRao(NanoUsd credit) =>
        new(checked((long)((((Int128)credit.Value * PicoPerNano) + PicoUsdPerRao - 1) / PicoUsdPerRao)));

    /// <summary>USD per TAO with two decimals at least, such as <c>400.00</c>.</summary>
    public string ToUsdPerTao()
    {
        var text = FixedPoint.Format(PicoUsdPerRao, UsdPerTaoDecimals);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? text + ".00" : text.PadRight(point + 3, '0');
    }
}
