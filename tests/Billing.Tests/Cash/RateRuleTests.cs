using Gateway.Core;

namespace Gateway.Billing.Tests.Cash;

/// <summary>When observations become a sample (fault F22: stale, jump, spread).</summary>
public sealed class RateRuleTests
{
    private const long Now = 1_000_000_000;

    /// <summary>Observations as rate@age in seconds; the price before; what comes of it.</summary>
    [Theory]
    [InlineData("400000@0 401000@5 402000@9", "", "usable 401000")]
    [InlineData("400000@0 401000@120 402000@121", "", "usable 400500")]
    [InlineData("400001@0 400004@0 -", "", "usable 400002")]
    [InlineData("400000@0 401000@121 402000@121", "", "none")]
    [InlineData("400000@0 401000@-121 402000@-121", "", "none")]
    [InlineData("400000@0 - -", "", "none")]
    [InlineData("- - -", "", "none")]
    [InlineData("400000@0 401000@0", "", "none")]
    [InlineData("400000@0 0@0 401000@0", "", "usable 400500")]
    [InlineData("400000@0 -5@0 401000@0", "", "usable 400500")]
    [InlineData("400000@0 0@0 -7@0", "", "none")]
    [InlineData("400000@0 412000@0 400000@0", "", "usable 400000")]
    [InlineData("400000@0 412001@0 400000@0", "", "none")]
    [InlineData("4000000@0 400000@0 400100@0", "", "none")]
    [InlineData("400000@0 400000@0 400000@0", "460000", "usable 400000")]
    [InlineData("460000@0 460000@0 460000@0", "400000", "usable 460000")]
    [InlineData("460001@0 460001@0 460001@0", "400000", "held 460001")]
    [InlineData("339999@0 339999@0 339999@0", "400000", "held 339999")]
    [InlineData("400000@0 400000@0 400000@0", "400000 300000", "held 400000")]
    [InlineData("9223372036854775807@0 9223372036854775807@0 9223372036854775806@0", "",
        "usable 9223372036854775807")]
    public void Attack_39_A_round_is_judged(string sights, string recent, string expected)
    {
        var seen = sights.Split(' ');
        var rates = recent.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => Rate(text)).ToArray();

        var verdict = RateRule.Judge(
            seen.Length,
            [.. seen.Where(text => text != "-").Select(Sight)],
            Now,
            new(rates, rates.Length > 0 ? rates[0] : null, IsWaiting: false));

        Assert.Equal(expected, verdict switch
        {
            RateVerdict.Usable usable => FormattableString.Invariant($"usable {usable.Rate.PicoUsdPerRao}"),
            RateVerdict.Held held => FormattableString.Invariant($"held {held.Rate.PicoUsdPerRao}"),
            _ => "none",
        });
    }

    [Fact]
    public void While_a_jump_waits_for_a_person_time_alone_does_not_let_it_pass()
    {
        RateSight[] sights = [Sight("500000@0"), Sight("500000@0"), Sight("500000@0")];

        Assert.IsType<RateVerdict.Usable>(RateRule.Judge(3, sights, Now, new([], Rate("400000"), IsWaiting: false)));
        Assert.IsType<RateVerdict.Held>(RateRule.Judge(3, sights, Now, new([], Rate("400000"), IsWaiting: true)));
        Assert.IsType<RateVerdict.Usable>(RateRule.Judge(3, sights, Now, new([], Rate("450000"), IsWaiting: true)));
    }

    private static RateSight Sight(string text)
    {
        var parts = text.Split('@');
        var age = long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        return new("source", Rate(parts[0]), Now - (age * 1_000));
    }

    private static FxRate Rate(string text) =>
        new(long.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
}
