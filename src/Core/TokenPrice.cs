namespace Gateway.Core;

/// <summary>The price of one unit (a token, an image, a millisecond of audio, a character, a request) in pico-USD,
/// 1e-12 USD. USD per million tokens times 1e6: 0.02 USD per million is 20,000 pico-USD, 20 nano-USD a token.</summary>
/// <param name="PicoUsd">Pico-USD per unit, 0 to <see cref="MaxPicoUsd"/>.</param>
public readonly record struct TokenPrice(long PicoUsd)
{
    /// <summary>The highest price the book takes: 10,000 USD per million tokens.</summary>
    public const long MaxPicoUsd = 10_000_000_000;

    private const int UsdPerMillionDecimals = 6;

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

    /// <summary>The exact cost of <paramref name="units"/> units; nothing is rounded yet.</summary>
    /// <param name="units">Zero or more.</param>
    public ExactCost Times(long units)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(units);
        return new((Int128)PicoUsd * units);
    }

    /// <summary>USD per million tokens, exact, such as <c>0.02</c>.</summary>
    public string ToUsdPerMillion() => FixedPoint.Format(PicoUsd, UsdPerMillionDecimals);

    /// <summary>USD per token, exact, such as <c>0.00000002</c>.</summary>
    public string ToUsdPerToken() => FixedPoint.Format(PicoUsd, 12);

    /// <inheritdoc/>
    public override string ToString() => $"{PicoUsd} pUSD";
}
