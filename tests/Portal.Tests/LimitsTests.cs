using System.Net;
using System.Text;
using Microsoft.Playwright;

namespace Gateway.Portal.Tests;

/// <summary>The page of limits says what the API does, and raises what blocks.</summary>
[Trait("Needs", "browser")]
public sealed class LimitsTests(PortalBrowser browser) : IClassFixture<PortalBrowser>
{
    private const string Body =
        """{"model":"auto","messages":[{"role":"user","content":"xxxxxxxxxx"}],"max_tokens":500}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_verdict_is_the_APIs_answer_and_a_raised_limit_lets_it_pass()
    {
        var page = await browser.OpenAsync();
        await browser.SignInAsync(page);
        await page.GotoAsync("/keys");
        await page.FillAsync("#name", "poor");
        await page.FillAsync("#cap", "0.0000001");
        await page.ClickAsync("button:has-text('Make key')");
        var key = (await page.Locator(".notice.good code").First.TextContentAsync())!;

        await TryAsync(page);
        Assert.Equal("no", await page.Locator("#verdict").GetAttributeAsync("data-allowed"));
        var body = await page.Locator("#verdict pre code").First.TextContentAsync();
        using var refused = await PostAsync(key);
        Assert.Equal(HttpStatusCode.PaymentRequired, refused.StatusCode);
        Assert.Equal(
            Plain(await refused.Content.ReadAsStringAsync(Token)), Plain(body!));
        await Pictures.TakeAsync(page, "limits-blocked");

        await page.ClickAsync("tr:has-text('poor') a.button");
        await page.FillAsync("#cap", "much");
        await page.ClickAsync("main button:has-text('Save')");
        await page.Locator("#cap[aria-invalid='true'][aria-describedby='cap-problem']").WaitForAsync();
        Assert.Equal("much", await page.InputValueAsync("#cap"));
        await Pictures.TakeAsync(page, "limits-fault");
        await page.FillAsync("#cap", "1");
        await page.ClickAsync("main button:has-text('Save')");
        await page.Locator("main[data-page='limits']").WaitForAsync();

        await TryAsync(page);
        Assert.Equal("yes", await page.Locator("#verdict").GetAttributeAsync("data-allowed"));
        using var passed = await PostAsync(key);
        Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
        await page.Context.CloseAsync();
    }

    // The page's own words of the same JSON.
    private static string Plain(string json) => System.Text.Json.Nodes.JsonNode.Parse(json)!.ToJsonString();

    private static async Task TryAsync(IPage page)
    {
        await page.GotoAsync("/limits");
        await page.SelectOptionAsync("#key", new SelectOptionValue { Label = "poor" });
        await page.FillAsync("#prompt", "10");
        await page.FillAsync("#most", "500");
        await page.FillAsync("#rate", "10");
        await page.ClickAsync("button:has-text('Try it')");
        await page.Locator("#verdict").WaitForAsync();
    }

    private async Task<HttpResponseMessage> PostAsync(string key)
    {
        using var client = browser.Gateway.CreateClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        using var content = new StringContent(Body, Encoding.UTF8, "application/json");
        return await client.PostAsync(new Uri("v1/chat/completions", UriKind.Relative), content);
    }
}
