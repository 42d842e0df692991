namespace Gateway.Core;

/// <summary>The price of one unit (a token, an image, a millisecond of audio, a character, a request) in pico-USD,
/// 1e-12 USD. USD per million tokens times 1e6: 0.02 USD per million is 20,000 pico-USD, 20 nano-USD a token.</summary>
/// <param name="PicoUsd">Pico-USD per unit, 0 to <see cref="MaxPicoUsd"/> for a token and to
/// <see cref="MaxUnitPicoUsd"/> for any other unit.</param>
public readonly record struct TokenPrice(long PicoUsd)
{
    /// <summary>The highest price the book takes: 10,000 USD per million tokens.</summary>
    public const long MaxPicoUsd = 10_000_000_000;

    /// <summary>The highest price of a unit that is not a token: 10 USD.</summary>
    public const long MaxUnitPicoUsd = 10_000_000_000_000;

    private const int UsdPerMillionDecimals = 6;
    private const int UsdPerThousandDecimals = 9;
    private const int UsdPerUnitDecimals = 12;

    /// <summary>Free of charge.</summary>
    public static TokenPrice Zero => default;

    /// <summary>Reads USD per million tokens from decimal text such as <c>0.02</c>, at most six decimals.</summary>
    /// <returns>False when malformed, negative, finer than a pico-USD a token or above
    /// <see cref="MaxPicoUsd"/>.</returns>
    public static bool TryParseUsdPerMillion(ReadOnlySpan<char> text, out TokenPrice price)
    {
        var parsed = FixedPoint.TryParse(text, UsdPerMillionDecimals, out var value) && value <= MaxPicoUsd;
        price = parsed ? new(value) : default;
        return parsed;
    }

    /// <summary>Reads USD per unit from decimal text such as <c>0.04</c>, at most twelve decimals.</summary>
    /// <returns>False when malformed, negative, finer than a pico-USD or above
    /// <see cref="MaxUnitPicoUsd"/>.</returns>
    public static bool TryParseUsdPerUnit(ReadOnlySpan<char> text, out TokenPrice price) =>
        TryParse(text, UsdPerUnitDecimals, out price);

    /// <summary>Reads USD per thousand units, as seconds of what is counted in milliseconds, from decimal text with at
    /// most nine decimals.</summary>
    /// <returns>False when malformed, negative, finer than a pico-USD a unit or above
    /// <see cref="MaxUnitPicoUsd"/>.</returns>
    public static bool TryParseUsdPerThousand(ReadOnlySpan<char> text, out TokenPrice price) =>
        TryParse(text, UsdPerThousandDecimals, out price);

    /// <summary>The exact cost of <paramref name="units"/> units; nothing is rounded yet.</summary>
    /// <param name="units">Zero or more.</param>
    public ExactCost Times(long units)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(units);
        return new((Int128)PicoUsd * units);
    }

    /// <summary>USD per million tokens, exact, such as <c>0.02</c>.</summary>
    public string ToUsdPerMillion() => FixedPoint.Format(PicoUsd, UsdPerMillionDecimals);

    /// <summary>USD per thousand units, exact: per second of what is counted in milliseconds.</summary>
    public string ToUsdPerThousand() => FixedPoint.Format(PicoUsd, UsdPerThousandDecimals);

    /// <summary>USD per token or other unit, exact, such as <c>0.00000002</c>.</summary>
    public string ToUsdPerToken() => FixedPoint.Format(PicoUsd, UsdPerUnitDecimals);

    /// <inheritdoc/>
    public override string ToString() => $"{PicoUsd} pUSD";

    private static bool TryParse(ReadOnlySpan<char> text, int decimals, out TokenPrice price)
    {
        var parsed = FixedPoint.TryParse(text, decimals, out var value) && value <= MaxUnitPicoUsd;
        price = parsed ? new(value) : default;
        return parsed;
    }
}
