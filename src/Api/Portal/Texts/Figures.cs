using System.Globalization;
using Gateway.Core;

namespace Gateway.Api.Portal.Texts;

/// <summary>Numbers, money and times as one language writes them, from integers: nothing is rounded on the way, only
/// at the last digit that is shown.</summary>
internal sealed class Figures
{
    private const long NanosPerUsd = 1_000_000_000;
    private const int ShortDecimals = 2;
    private const int DetailDecimals = 6;

    private static readonly string[] Months =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private readonly Words _words;
    private readonly NumberFormatInfo _format;

    private Figures(Words words)
    {
        _words = words;
        var isEnglish = words.Language == Words.Default;
        _format = new()
        {
            NumberDecimalSeparator = isEnglish ? "." : ",",
            NumberGroupSeparator = isEnglish ? "," : ".",
        };
    }

    public static Figures Of(Words words) => new(words);

    /// <summary>A whole number in groups of three.</summary>
    public string Count(long number) => number.ToString("N0", _format);

    /// <summary>Dollars to two decimals, for sums.</summary>
    public string Usd(NanoUsd amount) => Money(amount, ShortDecimals);

    /// <summary>Dollars to six decimals, for single requests and prices.</summary>
    public string UsdExact(NanoUsd amount) => Money(amount, DetailDecimals);

    /// <summary>All that the books know of an amount, as its tooltip tells it.</summary>
    public string UsdFull(NanoUsd amount) => Money(amount, NanoUsd.Decimals);

    /// <summary>TAO with up to nine decimals and no zeros behind.</summary>
    public string Tao(Rao amount) => Trimmed(amount.ToTao()) + " TAO";

    /// <summary>Dollars for one TAO.</summary>
    public string Rate(FxRate rate) => "$" + Trimmed(rate.ToUsdPerTao());

    /// <summary>A share in percent with one decimal.</summary>
    public string Percent(double share) => (share * 100).ToString("N1", _format) + " %";

    /// <summary>Seconds with two decimals.</summary>
    public string Seconds(double seconds) => seconds.ToString("N2", _format) + " s";

    /// <summary>Milliseconds.</summary>
    public string Milliseconds(long milliseconds) => Count(milliseconds) + " ms";

    /// <summary>A number with a fixed number of decimals.</summary>
    public string Decimal(double number, int decimals) =>
        number.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), _format);

    /// <summary>A day such as 3 Nov 2026.</summary>
    public string Day(DateTimeOffset moment) => string.Create(
        CultureInfo.InvariantCulture, $"{moment.UtcDateTime.Day} {Month(moment)} {moment.UtcDateTime.Year}");

    /// <summary>A day without its year.</summary>
    public string ShortDay(DateTimeOffset moment) =>
        string.Create(CultureInfo.InvariantCulture, $"{moment.UtcDateTime.Day} {Month(moment)}");

    /// <summary>A moment to the second, in UTC.</summary>
    public string Moment(DateTimeOffset moment) => string.Create(
        CultureInfo.InvariantCulture, $"{Day(moment)} {moment.UtcDateTime:HH:mm:ss}");

    /// <summary>How long ago something was, in its largest unit.</summary>
    public string Ago(TimeSpan age) => age switch
    {
        { TotalSeconds: < 5 } => _words["ago.now"],
        { TotalMinutes: < 1 } => _words["ago.seconds", (long)age.TotalSeconds],
        { TotalHours: < 1 } => _words["ago.minutes", (long)age.TotalMinutes],
        { TotalDays: < 1 } => _words["ago.hours", (long)age.TotalHours],
        _ => _words["ago.days", (long)age.TotalDays],
    };

    private string Month(DateTimeOffset moment) => _words["month." + Months[moment.UtcDateTime.Month - 1]];

    private string Money(NanoUsd amount, int decimals)
    {
        var unit = Power(NanoUsd.Decimals - decimals);
        var size = Int128.Abs(amount.Value);

        // To the nearest, halves up; what is too small to show is not shown as nothing.
        var shown = (size + (unit / 2)) / unit;
        if (shown == 0 && size > 0)
        {
            return (amount.Value < 0 ? "> −$" : "< $") + Digits(1, decimals);
        }

        return (amount.Value < 0 && shown > 0 ? "−$" : "$") + Digits((long)shown, decimals);
    }

    private string Digits(long shown, int decimals)
    {
        var scale = Power(decimals);
        var whole = (shown / scale).ToString("N0", _format);
        var rest = (shown % scale).ToString(CultureInfo.InvariantCulture).PadLeft(decimals, '0');
        return whole + _format.NumberDecimalSeparator + rest;
    }

    private string Trimmed(string exact)
    {
        var parts = exact.Split('.');
        var whole = long.Parse(parts[0], CultureInfo.InvariantCulture).ToString("N0", _format);
        var rest = parts.Length > 1 ? parts[1].TrimEnd('0') : "";
        return rest.Length == 0 ? whole : whole + _format.NumberDecimalSeparator + rest;
    }

    private static long Power(int exponent)
    {
        var power = 1L;
        for (var i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power <= NanosPerUsd ? power : throw new ArgumentOutOfRangeException(nameof(exponent));
    }
}
