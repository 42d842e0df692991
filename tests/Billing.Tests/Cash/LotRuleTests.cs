using CsCheck;

namespace Gateway.Billing.Tests.Cash;

/// <summary>How lots pay, as a table and as properties over all lots.</summary>
public sealed class LotRuleTests
{
    private static readonly Gen<LotLeft[]> Lots = Gen.Select(Gen.Long[1, 1L << 50], Gen.Long[1, 1L << 50])
        .Select((nanoUsd, rao) => new LotLeft("lot", nanoUsd, rao)).Array[1, 6];

    /// <summary>Lots as nusd/rao, what is taken, and what each gives as nusd/rao.</summary>
    [Theory]
    [InlineData("100/10", 100, "100/10")]
    [InlineData("100/10", 99, "99/9")]
    [InlineData("100/10", 9, "9/0")]
    [InlineData("100/10", 0, "")]
    [InlineData("100/10", 101, "less")]
    [InlineData("", 1, "less")]
    [InlineData("100/10 50/7", 120, "100/10 20/2")]
    [InlineData("100/10 50/7 30/1", 180, "100/10 50/7 30/1")]
    [InlineData("9223372036854775807/9223372036854775807", 9223372036854775806,
        "9223372036854775806/9223372036854775806")]
    public void Lots_pay_first_in_first_out(string lots, long amount, string expected)
    {
        var left = lots.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split('/'))
            .Select(parts => new LotLeft("lot", Number(parts[0]), Number(parts[1])));

        var taken = LotRule.Take(left, amount);

        Assert.Equal(expected, taken is null
            ? "less"
            : string.Join(' ', taken.Select(part => FormattableString.Invariant($"{part.NanoUsd}/{part.Rao}"))));
    }

    [Theory]
    [InlineData(1_000, 100, "sn1/a:70", "sn1/a:70=700")]
    [InlineData(999, 100, "sn1/a:35 sn1/b:35", "sn1/a:35=349 sn1/b:35=349")]
    [InlineData(0, 100, "sn1/a:70", "sn1/a:70=0")]
    [InlineData(1_000, 100, "sn1/a:70 sn1/b:70", "sn1/a:70=700 sn1/b:30=300")]
    [InlineData(1_000, 100, "", "")]
    public void Freed_rao_is_divided_by_what_each_earned(long rao, long nanoUsd, string accruals, string expected)
    {
        var earned = accruals.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split(':'))
            .Select(parts => new Accrual(parts[0], Number(parts[1])));

        Assert.Equal(expected, string.Join(' ', LotRule.Split(rao, nanoUsd, earned)
            .Select(part => FormattableString.Invariant($"{part.Upstream}:{part.NanoUsd}={part.Rao}"))));
    }

    [Fact]
    public void However_a_lot_is_taken_in_parts_all_its_rao_comes_out() =>
        Gen.Select(Gen.Long[1, 1L << 60], Gen.Long[1, 1L << 60], Gen.Long[0, long.MaxValue].Array[0, 8]).Sample(
            (nanoUsd, rao, wishes) =>
            {
                var (left, freed) = (new LotLeft("lot", nanoUsd, rao), 0L);
                foreach (var wish in wishes.Append(long.MaxValue))
                {
                    var part = LotRule.Take(left, wish == long.MaxValue ? left.NanoUsd : wish % (left.NanoUsd + 1));
                    freed += part.Rao;
                    left = new("lot", left.NanoUsd - part.NanoUsd, left.Rao - part.Rao);

                    // Never more than its share: what is left is worth at least as much rao a nano-USD as before.
                    Assert.True(left.NanoUsd == 0 || left.Rao > 0);
                }

                Assert.Equal((0, 0, rao), (left.NanoUsd, left.Rao, freed));
            });

    [Fact]
    public void What_is_freed_is_what_miners_get_and_what_we_keep() =>
        Gen.Select(Lots, Gen.Long[1, 1L << 52], Gen.Long[0, 1L << 50].Array[0, 5]).Sample(
            (lots, wish, earned) =>
            {
                var nanoUsd = 1 + (wish % lots.Sum(lot => lot.NanoUsd));
                var parts = LotRule.Take(lots, nanoUsd)!;
                Assert.Equal(nanoUsd, parts.Sum(part => part.NanoUsd));
                Assert.All(parts.SkipLast(1), part => Assert.Contains(
                    lots, lot => lot.NanoUsd == part.NanoUsd && lot.Rao == part.Rao));

                var rao = parts.Sum(part => part.Rao);
                var shares = LotRule.Split(rao, nanoUsd, earned.Select(one => new Accrual("sn1/a", one)));
                Assert.InRange(shares.Total(share => (Int128)share.Rao), Int128.Zero, (Int128)rao);
                Assert.InRange(shares.Total(share => (Int128)share.NanoUsd), Int128.Zero, (Int128)nanoUsd);
                Assert.All(shares, share =>
                    Assert.True((Int128)share.Rao * nanoUsd <= (Int128)rao * share.NanoUsd));
            });

    [Theory]
    [InlineData("sn4/5F", true)]
    [InlineData("sn65535/5F", true)]
    [InlineData("sn65536/5F", false)]
    [InlineData("sn-1/5F", false)]
    [InlineData("sn4/", false)]
    [InlineData("sn4", false)]
    [InlineData("local/x", false)]
    [InlineData("static/sn4/5F", false)]
    public void A_miner_is_read_from_its_upstreams_name(string upstream, bool isMiner)
    {
        Assert.Equal(isMiner, MinerAccount.TryParse(upstream, out var miner));
        if (isMiner)
        {
            Assert.True(MinerAccount.TryParseAccount(miner.Account, out var again));
            Assert.Equal(miner, again);
        }
    }

    private static long Number(string text) => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}

file static class Sums
{
    internal static Int128 Total<T>(this IEnumerable<T> all, Func<T, Int128> of) =>
        all.Aggregate(Int128.Zero, (sum, one) => sum + of(one));
}
