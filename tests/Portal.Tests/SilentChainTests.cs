using System.Text.Json.Nodes;
using Gateway.Portal.Tests.Money;
using Microsoft.Playwright;

namespace Gateway.Portal.Tests;

/// <summary>A chain that makes no block and answers nothing: pages are there all the same.</summary>
[Trait("Needs", "browser")]
public sealed class SilentChainTests(PortalBrowser browser) : IClassFixture<PortalBrowser>
{
    // Longer than a page may take, so that one that waited would be seen.
    private const int DelayMilliseconds = 60_000;
    private const int MostMilliseconds = 30_000;

    // A browser that is busy paints after it has loaded.
    private const string FirstPaint = """
        () => new Promise(done => new PerformanceObserver(list =>
          list.getEntriesByName('first-contentful-paint').forEach(one => done(one.startTime)))
          .observe({ type: 'paint', buffered: true }))
        """;

    [Theory]
    [InlineData("/")]
    [InlineData("/overview")]
    [InlineData("/billing")]
    [InlineData("/network")]
    [InlineData("/miners")]
    [InlineData("/status")]
    public async Task A_page_is_painted_while_the_chain_says_nothing(string path)
    {
        await using var payer = await SilenceAsync();
        var page = await browser.OpenAsync();
        await browser.SignInAsync(page);
        await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Load });
        Assert.InRange(await page.EvaluateAsync<double>(FirstPaint), 0.1, MostMilliseconds);
        await page.Locator("main h1").WaitForAsync();
        Assert.Equal(0, await page.Locator(".trouble").CountAsync());
        await page.Context.CloseAsync();
    }

    // Once for all cases: later on the port answers nobody in time.
    private async Task<ChainPayer?> SilenceAsync()
    {
        if (browser.IsChainSilent)
        {
            return null;
        }

        browser.IsChainSilent = true;
        var payer = await ChainPayer.StartAsync((string)browser.Gateway.DevNet["chainUrl"]!);
        await payer.SetAsync("stalled", true);
        await payer.SendAsync("raw", "devnet_setPort", new JsonObject { ["delayMs"] = DelayMilliseconds });
        await payer.SendAsync("raw", "devnet_status");
        return payer;
    }
}
