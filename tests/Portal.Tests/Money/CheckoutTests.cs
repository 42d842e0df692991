using System.Globalization;
using Microsoft.Playwright;

namespace Gateway.Portal.Tests.Money;

/// <summary>Every way in which a payment can go, as its payer sees it on a page that nobody loads again.</summary>
[Trait("Needs", "browser")]
public sealed class CheckoutTests(CheckoutFixture checkout) : IClassFixture<CheckoutFixture>
{
    // 20 USD at 400 USD for one TAO.
    private const string Usd = "20";
    private const long Whole = 50_000_000;
    private const int ToFinal = 3;

    private ChainPayer Chain => checkout.Chain;

    [Fact]
    public async Task A_part_is_credited_at_once_and_half_a_percent_less_is_paid()
    {
        var (page, address) = await checkout.OpenAsync(Usd);
        Assert.Equal("0.05 TAO", await page.Locator(".pay .facts dd strong").TextContentAsync());
        Assert.DoesNotContain("@", await page.Locator(".pay .facts").TextContentAsync(), StringComparison.Ordinal);
        Assert.Matches("^1[45]:[0-9]{2} left$", await page.Locator("[data-until]").TextContentAsync());

        await Chain.PayAsync(address, 20_000_000);
        await StateAsync(page, "Processing");
        await page.Locator("#finality").WaitForAsync();
        await TagAsync(page, "arriving", 1);
        await Pictures.TakeAsync(page, "checkout-arriving");
        await Chain.ProduceAsync(ToFinal);
        await StateAsync(page, "New", "Partial");
        Assert.Equal("0.03 TAO", await page.Locator(".pay .facts dd strong").TextContentAsync());
        Assert.Equal(address, await page.Locator(".pay code").First.TextContentAsync());
        await page.Locator(".facts:has-text('$400, locked by block')").WaitForAsync();
        await page.Locator(".facts:has-text('$8.000000')").WaitForAsync();
        await Pictures.TakeAsync(page, "checkout-partial");

        await PaidAsync(page, address, 29_750_000, note: null);
        await page.Locator("h2:has-text('$19.90 were credited')").WaitForAsync();
        await EndAsync(page);
    }

    [Fact]
    public async Task What_comes_twice_is_credited_twice_each_at_its_own_rate()
    {
        var (page, address) = await checkout.OpenAsync(Usd);
        await Chain.ActAsync("payTwice", address, Text(Whole));
        await Chain.ProduceAsync(ToFinal);
        await StateAsync(page, "Settled", "Over");
        await TagAsync(page, "credited", 2);
        await page.Locator("h2:has-text('$40.00 were credited')").WaitForAsync();

        await PaidAsync(page, address, Whole, "Over");
        await TagAsync(page, "credited", 3);
        await Pictures.TakeAsync(page, "checkout-over");
        await EndAsync(page);
    }

    [Fact]
    public async Task An_amount_runs_out_by_itself_and_a_late_transfer_is_credited_all_the_same()
    {
        var (page, address) = await checkout.OpenAsync(Usd);
        await checkout.ChangeAsync(
            "access.db", "UPDATE top_up SET expires_at = @at WHERE address = @address AND expires_at > @at",
            ("at", TimeProvider.System.GetUtcNow().AddSeconds(3).ToUnixTimeMilliseconds()), ("address", address));
        await Chain.ProduceAsync(1);

        // From here on no block comes: the page's own clock ends it.
        await StateAsync(page, "Expired");
        await page.Locator(".pay .qr").WaitForAsync();
        await Pictures.TakeAsync(page, "checkout-expired");
        await Chain.PayAsync(address, Whole);
        await StateAsync(page, "Processing", "Late");
        await Chain.ProduceAsync(ToFinal);
        await StateAsync(page, "Settled", "Late");
        await EndAsync(page);
    }

    [Fact]
    public async Task What_is_below_the_minimum_is_collected_until_it_is_enough()
    {
        // 0.0025 TAO, of which 0.0015 count as paid.
        var (page, address) = await checkout.OpenAsync("1");
        await Chain.PayAsync(address, 400_000);
        await Chain.ProduceAsync(ToFinal);
        await StateAsync(page, "New", "BelowMinimum");
        await page.Locator("[data-note]:has-text('0.0004 TAO of 0.001 TAO')").WaitForAsync();
        await TagAsync(page, "collecting", 1);
        await Pictures.TakeAsync(page, "checkout-dust");

        await PaidAsync(page, address, 1_200_000, note: null);
        await TagAsync(page, "credited", 2);
        await EndAsync(page);
    }

    [Fact]
    public async Task A_block_that_vanishes_takes_its_transfer_off_the_page_and_says_so()
    {
        var (page, address) = await checkout.OpenAsync(Usd);
        await Chain.PayAsync(address, Whole);
        await StateAsync(page, "Processing");
        await Chain.ActAsync("raw", "devnet_reorg", 1, false);
        await StateAsync(page, "New");
        await page.Locator("[data-vanished]:has-text('0.05 TAO')").WaitForAsync();
        await page.Locator(".pay .qr").WaitForAsync();
        await TagAsync(page, "", 0);
        await Pictures.TakeAsync(page, "checkout-orphan");

        // A transfer that a reorganisation puts into another block is not missed.
        await Chain.PayAsync(address, Whole);
        await StateAsync(page, "Processing");
        Assert.Equal(0, await page.Locator("[data-vanished]").CountAsync());
        await Chain.ActAsync("raw", "devnet_reorg", 1, true);
        await Chain.ProduceAsync(1);
        await StateAsync(page, "Processing");
        Assert.Equal(0, await page.Locator("[data-vanished]").CountAsync());
        await Chain.ProduceAsync(ToFinal);
        await StateAsync(page, "Settled");
        await TagAsync(page, "credited", 1);
        await EndAsync(page);
    }

    [Fact]
    public async Task While_finality_stalls_the_page_says_so_and_its_bar_stands_still()
    {
        var (page, address) = await checkout.OpenAsync(Usd);
        await Chain.SetAsync("finalityStalled", true);
        try
        {
            await Chain.PayAsync(address, Whole);
            await StateAsync(page, "Processing");
            await Chain.ProduceAsync(2);
            await page.Locator("#finality").WaitForAsync();
            var bar = await page.Locator("#finality").GetAttributeAsync("value");
            await Chain.ProduceAsync(30);
            await page.Locator("[data-lag]").WaitForAsync();
            Assert.Equal(bar, await page.Locator("#finality").GetAttributeAsync("value"));
            await StateAsync(page, "Processing");
            await Pictures.TakeAsync(page, "checkout-stalled");
        }
        finally
        {
            await Chain.SetAsync("finalityStalled", false);
        }

        await Chain.ProduceAsync(ToFinal);
        await StateAsync(page, "Settled");
        await page.Locator("[data-lag]").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await EndAsync(page);
    }

    [Fact]
    public async Task What_is_no_TAO_is_shown_held_and_never_lost()
    {
        var (page, address) = await checkout.OpenAsync(Usd);
        await Chain.ActAsync("alpha", address, checkout.Hotkey, 4, Text(Whole));
        await Chain.ProduceAsync(ToFinal);
        await StateAsync(page, "New", "UnsupportedAsset");
        await page.Locator("[data-foreign='alpha/4'] .tag.bad").WaitForAsync();
        await Pictures.TakeAsync(page, "checkout-alpha");
        await PaidAsync(page, address, Whole, "UnsupportedAsset");
        await page.Locator("[data-foreign='alpha/4']").WaitForAsync();
        await EndAsync(page);
    }

    [Fact]
    public async Task Without_a_rate_the_transfer_waits_and_is_credited_by_itself_once_there_is_one()
    {
        // As a jump of the price leaves it: the newest sample waits for a person, and so do deposits.
        var (page, address) = await checkout.OpenAsync(Usd);
        await checkout.ChangeAsync("billing.db", """
            INSERT INTO fx_sample (id, at, rate, sources, held)
            SELECT max(id) + 1, max(at) + 1, 440000, 'a jump', 1 FROM fx_sample
            """);
        await Chain.PayAsync(address, Whole);
        await Chain.ProduceAsync(ToFinal);
        await StateAsync(page, "Processing", "AwaitingRate");
        await TagAsync(page, "awaiting a rate", 1);
        Assert.Equal(0, await page.Locator(".pay").CountAsync());
        await Pictures.TakeAsync(page, "checkout-norate");

        // A person releases it. The next round of samples, within a minute, looks again.
        await checkout.ChangeAsync("billing.db", """
            INSERT INTO fx_release (sample, at, person, because) SELECT max(id), max(at), 'a', 'b'
            FROM fx_sample WHERE held = 1
            """);
        await page.Locator("#checkout[data-state='Settled']").WaitForAsync(new() { Timeout = 150_000 });
        await page.Locator("h2:has-text('$22.00 were credited')").WaitForAsync();
        await EndAsync(page);
    }

    [Fact]
    public async Task An_address_that_was_changed_on_the_way_is_not_shown()
    {
        var (page, address) = await checkout.OpenAsync(Usd);
        await page.Locator("[data-checked]").WaitForAsync();
        var words = await page.Locator("[data-words]").TextContentAsync();
        Assert.Equal(words, (string)(await checkout.ReadTopUpAsync(new Uri(page.Url).Segments[^1]))["check_words"]!);

        // Somebody's own address in the place of ours, in the text and in what is copied; the words are the page's.
        const string Thief = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
        await page.RouteAsync("**/billing/top-up/*", async route =>
        {
            var answer = await route.FetchAsync();
            var text = (await answer.TextAsync())
                .Replace(address, Thief, StringComparison.Ordinal)
                .Replace(Grouped(address), Grouped(Thief), StringComparison.Ordinal);
            await route.FulfillAsync(new() { Response = answer, Body = text });
        });
        await page.ReloadAsync();
        await page.Locator("[data-mismatch]").WaitForAsync();
        Assert.False(await page.Locator(".pay .qr").IsVisibleAsync());
        Assert.False(await page.Locator(".pay .address").IsVisibleAsync());
        await Pictures.TakeAsync(page, "checkout-mismatch");

        // What is swapped in when the chain moves is checked as well.
        await Chain.ProduceAsync(1);
        await Assertions.Expect(page.Locator("[data-mismatch]")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await page.UnrouteAllAsync();
        await Chain.PayAsync(address, Whole);
        await Chain.ProduceAsync(ToFinal);
        await StateAsync(page, "Settled");
        await page.CloseAsync();
    }

    private static string Grouped(string address) =>
        string.Join(' ', address.Chunk(4).Select(letters => new string(letters)));

    private static string Text(long rao) => rao.ToString(CultureInfo.InvariantCulture);

    private static async Task StateAsync(IPage page, string state, string? note = null)
    {
        await page.Locator($"#checkout[data-state='{state}']").WaitForAsync();
        if (note is not null)
        {
            await page.Locator($"[data-note='{note}']").WaitForAsync();
        }
    }

    // How many transfers it shows with a tag.
    private static async Task TagAsync(IPage page, string text, int count) => await Assertions
        .Expect(page.Locator($"#checkout h2 .tag:has-text('{text}')"))
        .ToHaveCountAsync(count, new() { Timeout = 60_000 });

    private async Task PaidAsync(IPage page, string address, long rao, string? note)
    {
        await Chain.PayAsync(address, rao);
        await StateAsync(page, "Processing");
        await Chain.ProduceAsync(ToFinal);
        await StateAsync(page, "Settled", note);
        Assert.Equal(note is null ? 0 : 1, await page.Locator("[data-note]").CountAsync());
    }

    private static async Task EndAsync(IPage page)
    {
        Assert.InRange(await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"), -99, 0);
        Assert.Equal(1, await page.EvaluateAsync<int>("window.mark"));
        await page.CloseAsync();
    }
}
