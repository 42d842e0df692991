using Gateway.Core;

namespace Gateway.Billing.Tests.Cash;

public abstract partial class CashSuite
{
    [Fact]
    public async Task Half_of_every_price_is_a_version_of_its_own_from_when_it_is_first_asked_for()
    {
        await ImportAsync(First.Replace("\"0.06\"", "\"0.060001\"", StringComparison.Ordinal));
        var book = new PriceBook(Store, NoOptions);
        await book.LoadAsync(Token);
        Assert.False(book.TryGet(new("m"), PriceTier.Batch, out _));
        Assert.Equal(2, await NumberAsync("SELECT count(*) FROM price_version"));

        await book.OfferBatchAsync(Token);
        Assert.True(book.TryGet(new("m"), out var whole) && book.TryGet(new("m"), PriceTier.Batch, out var half)
            && half.Id != whole.Id && half.SharePpm == whole.SharePpm
            && half.Prices == new ModelPrices(new(10_000), new(10_000), new(30_000), new(30_000)));
        Assert.True(book.TryGet(new("n"), PriceTier.Batch, out var other));
        Assert.Equal(new TokenPrice(20_000_000_000), other.Prices.Image);

        // Nobody makes them twice, and the book of standard prices is as before.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new PriceBook(Store, NoOptions).OfferBatchAsync(Token)));
        Assert.Equal(4, await NumberAsync("SELECT count(*) FROM price_version"));
        Assert.Equal(2, book.Current.Count);
        Assert.Equal(["m", "n"], (await ImportAsync(await Desk.ExportAsync(Token))).Unchanged);
    }

    [Fact]
    public async Task A_price_that_changes_is_halved_when_it_holds()
    {
        await ImportAsync(First);
        var book = new PriceBook(Store, NoOptions);
        await book.OfferBatchAsync(Token);
        await ImportAsync(First.Replace("\"0.06\"", "\"0.08\"", StringComparison.Ordinal), "Ada", "up");

        // A version made in the same millisecond holds from the next one on.
        Wait(TimeSpan.FromSeconds(1));
        await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        await book.LoadAsync(Token);

        Assert.True(book.TryGet(new("m"), PriceTier.Batch, out var half));
        Assert.Equal(new TokenPrice(40_000), half.Prices.Output);
        Assert.Equal(6, await NumberAsync("SELECT count(*) FROM price_version"));
    }

    [Fact]
    public async Task A_half_never_stands_for_the_whole_in_a_program_that_does_not_know_halves()
    {
        await ImportAsync(First);
        await new PriceBook(Store, NoOptions).OfferBatchAsync(Token);

        // What such a program reads: of the versions that hold by now, the one with the latest date.
        Assert.Equal(0, await NumberAsync("""
            SELECT count(*) FROM price_version v WHERE v.author LIKE 'half of %' AND v.valid_from =
                (SELECT max(valid_from) FROM price_version WHERE model = v.model)
            """));
    }
}
