using System.Globalization;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>How amounts and words stand on an invoice.</summary>
internal static class InvoiceText
{
    private const int Decimals = 9;

    /// <summary>The word programs read.</summary>
    public static string Word(CreditKind kind) => kind switch
    {
        CreditKind.Paid => "paid",
        CreditKind.Promo => "promo",
        CreditKind.Correction => "correction",
    };

    /// <summary>The word people read.</summary>
    public static string Title(CreditKind kind) => kind switch
    {
        CreditKind.Paid => "Deposit",
        CreditKind.Promo => "Gift",
        CreditKind.Correction => "Correction",
    };

    /// <summary>All nine decimals, so that columns add up to the eye.</summary>
    public static string Usd(NanoUsd amount) => Full(amount.ToUsd());

    public static string Tao(Rao amount) => Full(amount.ToTao());

    /// <summary>USD per TAO with all three decimals it can have.</summary>
    public static string Rate(FxRate rate) => rate.ToUsdPerTao() is var text && text[^3] == '.' ? text + "0" : text;

    /// <summary>Digits in groups of three.</summary>
    public static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Month(DateOnly month) => month.ToString("MMMM yyyy", CultureInfo.InvariantCulture);

    private static string Full(string decimals)
    {
        var point = decimals.IndexOf('.', StringComparison.Ordinal);
        var (whole, fraction) = point < 0 ? (decimals, "") : (decimals[..point], decimals[(point + 1)..]);
        var sign = whole.StartsWith('-') ? "-" : "";
        var grouped = long.Parse(whole.TrimStart('-'), CultureInfo.InvariantCulture);
        return $"{sign}{Count(grouped)}.{fraction.PadRight(Decimals, '0')}";
    }
}
