using System.Text;
using System.Text.Json;
using Gateway.Billing.Tests.Kit;
using Gateway.Core;

namespace Gateway.Billing.Tests.Pricing;

/// <summary>Prices of what is not a token, and of the request itself.</summary>
public sealed class UnitPriceTests
{
    private static readonly ModelPrices Prices = new(new(1_000), new(500), new(2_000), new(3_000))
    {
        Request = new(5_000_000),
        Image = new(40_000_000),
        AudioMs = new(6_000),
        Character = new(15_000),
    };

    private static readonly Usage Used = new(10, 4, 8, 2) { Images = 2, AudioMs = 1_500, Characters = 7 };

    [Fact]
    public void A_hold_covers_the_request_once_and_every_unit_within_its_bound()
    {
        var version = new PriceVersion(1, new("m"), Prices, 0, Some.Noon);
        var other = version with { Id = 2, Prices = Prices with { Request = new(9_000_000) } };
        var request = new QuoteRequest([new("m"), new("m")], 10, 8, 8, null) { UnitsBound = Used };

        var quote = Assert.IsType<Quoted.Priced>(Quote.Of([version, other], request)).Quote;

        // (9,000,000 + 10 x 1,000 + 8 x 3,000 + 2 x 40,000,000 + 1,500 x 6,000 + 7 x 15,000) / 1,000
        Assert.Equal(new(98_139), quote.Hold);
        Assert.True(quote.Hold >= Charge.Of(Prices, Used).Total);
    }

    [Fact]
    public void The_cap_of_a_caller_pays_for_the_request_before_any_token()
    {
        var version = new PriceVersion(1, new("m"), Prices, 0, Some.Noon);

        var refused = Quote.Of([version], new([new("m")], 0, 8, 8, new(5_002)));
        var priced = Quote.Of([version], new([new("m")], 0, 8, 8, new(5_006)));

        Assert.Equal(new NanoUsd(5_003), Assert.IsType<Quoted.MaxCostTooLow>(refused).Minimum);
        Assert.Equal(2, Assert.IsType<Quoted.Priced>(priced).Quote.OutputTokensLimit);
    }

    [Fact]
    public void A_receipt_shows_units_and_holds_and_any_changed_unit_breaks_it()
    {
        var signer = new TestSigner();
        var receipt = Receipt.Sign(Row(Used, Prices), OrgId.Create(TimeProvider.System), Request, signer);

        Assert.Empty(ReceiptCheck.Verify(receipt, VerifyWith(signer)));
        using var shown = JsonDocument.Parse(receipt);
        var line = shown.RootElement.GetProperty("lines")[0];
        Assert.Equal(1_500, line.GetProperty("usage").GetProperty("audio_ms").GetInt64());
        Assert.Equal(40_000_000, line.GetProperty("prices").GetProperty("image_pusd").GetInt64());
        foreach (var (from, to) in new[] { ("\"images\":2", "\"images\":1"), ("\"characters\":7", "\"characters\":8") })
        {
            var forged = Encoding.UTF8.GetString(receipt).Replace(from, to, StringComparison.Ordinal);
            Assert.Equal(2, ReceiptCheck.Verify(Encoding.UTF8.GetBytes(forged), VerifyWith(signer)).Count);
        }
    }

    [Fact]
    public void A_receipt_of_tokens_alone_is_what_it_was_before_there_were_units()
    {
        var plain = new ModelPrices(new(1_000), new(500), new(2_000), new(3_000));
        var text = Encoding.UTF8.GetString(Receipt.Sign(
            Row(new(10, 4, 8, 2), plain), OrgId.Create(TimeProvider.System), Request, new TestSigner()));

        Assert.Contains("\"prices\":{\"cached_pusd\":500,\"input_pusd\":1000,\"output_pusd\":2000,"
            + "\"reasoning_pusd\":3000}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("images", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.04", 40_000_000_000L)]
    [InlineData("10", 10_000_000_000_000L)]
    [InlineData("0.000000000001", 1L)]
    [InlineData("10.000000000001", null)]
    [InlineData("0.0000000000001", null)]
    [InlineData("-1", null)]
    [InlineData("NaN", null)]
    public void A_price_per_unit_is_read_from_its_digits(string text, long? expected)
    {
        Assert.Equal(expected is not null, TokenPrice.TryParseUsdPerUnit(text, out var price));
        Assert.Equal(expected ?? 0, price.PicoUsd);
        if (expected is not null)
        {
            Assert.Equal(text, price.ToUsdPerToken());
        }
    }

    [Theory]
    [InlineData("0.006", 6_000_000L)]
    [InlineData("0.000000001", 1L)]
    [InlineData("0.0000000001", null)]
    [InlineData("10000.1", null)]
    public void A_price_per_second_is_kept_per_millisecond(string text, long? expected)
    {
        Assert.Equal(expected is not null, TokenPrice.TryParseUsdPerThousand(text, out var price));
        Assert.Equal(expected ?? 0, price.PicoUsd);
        if (expected is not null)
        {
            Assert.Equal(text, price.ToUsdPerThousand());
        }
    }

    private static RequestId Request { get; } = RequestId.Create(TimeProvider.System);

    private static ReceiptCheck.Verifier VerifyWith(TestSigner signer) =>
        (_, message, signature) => signer.Verify(message.ToArray(), signature.ToArray());

    private static ReceiptRow Row(Usage usage, ModelPrices prices) => new()
    {
        Key = "key_1",
        Endpoint = "/v1/chat/completions",
        ModelAsked = "m",
        ModelServed = "m",
        Strategy = "default",
        Started = Some.Noon,
        Ended = Some.Noon,
        Ending = "complete",
        IsCollected = true,
        FinishReason = "stop",
        Usage = usage,
        Charge = Charge.Of(prices, usage).Total,
        PriceVersion = 3,
        Prices = prices,
        Attempts = """[{"out_from":0,"out_to":8}]""",
        RequestCommit = [],
        ResponseCommit = [],
    };
}
