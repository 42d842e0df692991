using System.Text;
using System.Text.Json;
using Gateway.Testing;
using Microsoft.Playwright;

namespace Gateway.Portal.Tests;

/// <summary>What strangers write, as a browser shows it; and what other sites would have a browser do.</summary>
[Trait("Needs", "browser")]
public sealed class HostileTests(ScriptedPortal portal) : IClassFixture<ScriptedPortal>
{
    private const string Running = "#answer :is(script, img, iframe, [onerror], [href^='javascript'])";
    private const int MostTries = 200;

    private PortalBrowser Browser => portal.Browser;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Attack_28_What_a_miner_says_is_text_that_runs_nothing_and_fetches_nothing(
        bool scripts, bool isPlain)
    {
        var (page, fetched) = await OpenAsync(scripts);
        await page.GotoAsync("/playground?mode=chat");
        await page.SelectOptionAsync("#model", ScriptedPortal.Chat);
        await page.FillAsync("#prompt", ScriptedPortal.Hostile);
        if (scripts)
        {
            await page.SetCheckedAsync("#plain", isPlain);
            await page.Locator("#send:enabled").WaitForAsync();
        }

        await page.ClickAsync("#send");
        await page.Locator("#after a").WaitForAsync();
        var text = (await page.Locator("#answer").TextContentAsync())!;
        Assert.Contains("<script>window.broken = 1</script>", text, StringComparison.Ordinal);
        Assert.Contains("[U+001B][31mred", text, StringComparison.Ordinal);
        Assert.Contains("[U+202E]gnp.exe", text, StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator(Running).CountAsync());
        if (scripts)
        {
            Assert.Null(await page.EvaluateAsync<int?>("() => window.broken ?? null"));
            await LinksAreTameAsync(page, isPlain);
        }

        Assert.DoesNotContain(fetched, url => url.Contains("spy", StringComparison.Ordinal));
        await Pictures.TakeAsync(page, $"hostile-{(scripts ? isPlain ? "plain" : "markdown" : "noscript")}");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Attack_28_A_name_with_markup_stays_a_name_on_every_page_that_shows_it()
    {
        const string name = "<img src=x onerror=\"window.broken=1\">\u202e</td>";
        var (page, _) = await OpenAsync();
        await page.GotoAsync("/keys");
        await page.FillAsync("#name", name);
        await page.ClickAsync("button:has-text('Make key')");
        await page.Locator(".notice.good code").First.WaitForAsync();
        foreach (var path in (string[])["/keys", "/activity", "/usage", "/settings/audit"])
        {
            await page.GotoAsync(path);
            Assert.Null(await page.EvaluateAsync<int?>("() => window.broken ?? null"));
            Assert.Equal(0, await page.Locator("main img").CountAsync());
        }

        await page.GotoAsync("/keys");
        var text = await page.Locator("main").TextContentAsync();
        Assert.Contains(name, text, StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Attack_34_No_field_of_the_file_of_usage_is_a_formula()
    {
        const string formula = "=HYPERLINK(\"http://127.0.0.1:9/\")";
        using var client = Browser.Gateway.CreateClient();
        using var body = new StringContent(
            $$"""
            {"model":"devnet-small","user":{{JsonSerializer.Serialize(formula)}},
             "messages":[{"role":"user","content":"Hi"}]}
            """, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(
            new Uri("v1/chat/completions", UriKind.Relative), body, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        var (page, _) = await OpenAsync();
        var csv = "";
        for (var i = 0; i < MostTries && !csv.Contains("usr_", StringComparison.Ordinal); i++)
        {
            csv = await page.EvaluateAsync<string>("""
                () => new Promise(done => setTimeout(done, 200))
                  .then(() => fetch('/usage.csv?by=user')).then(answer => answer.text())
                """);
        }

        // A user's name is only ever kept as a keyed hash.
        Assert.Contains("usr_", csv, StringComparison.Ordinal);
        Assert.DoesNotContain("HYPERLINK", csv, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?m)(^|,)\"?[=+@\\-]", csv);
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("https://evil.example/")]
    public async Task Attack_33_Sign_in_leads_nowhere_else(string target)
    {
        var page = await Browser.OpenAsync();
        await page.GotoAsync($"/sign-in?returnUrl={Uri.EscapeDataString(target)}");
        await page.FillAsync("input[name=email]", (string)Browser.Gateway.DevNet["portalLogin"]!["email"]!);
        await page.FillAsync("input[name=password]", (string)Browser.Gateway.DevNet["portalLogin"]!["password"]!);
        await page.ClickAsync("main button:has-text('Sign in')");
        await page.WaitForURLAsync("**/overview");
        Assert.Equal(Browser.Root.Authority, new Uri(page.Url).Authority);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Attack_32_A_form_of_another_site_changes_nothing()
    {
        var (page, _) = await OpenAsync();

        // The same machine by another name is another site to a browser.
        var elsewhere = $"http://127.0.0.1:{FreePort.Next()}/";
        await page.Context.RouteAsync($"{elsewhere}**", route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = $"<form method='post' action='{new Uri(Browser.Root, "/keys")}'>"
                + "<input name='name' value='stolen'><input name='period' value='month'><button>go</button></form>",
        }));
        await page.GotoAsync(elsewhere);
        var answer = await page.RunAndWaitForResponseAsync(
            () => page.ClickAsync("button"), one => one.Request.Method == "POST");
        Assert.Equal(403, answer.Status);
        await page.GotoAsync(new Uri(Browser.Root, "/keys").ToString());
        await page.Locator("main[data-page='keys']").WaitForAsync();
        Assert.Equal(0, await page.Locator("text=stolen").CountAsync());
        await page.Context.CloseAsync();
    }

    private static async Task LinksAreTameAsync(IPage page, bool isPlain)
    {
        var links = page.Locator("#answer a");
        if (isPlain)
        {
            Assert.Equal(0, await links.CountAsync());
            return;
        }

        // The picture became a link that only a person follows; the link that would run is its label.
        Assert.Equal(2, await links.CountAsync());
        Assert.Equal("bold", await page.Locator("#answer strong").TextContentAsync());
        Assert.Equal("<b>code</b>", await page.Locator("#answer code").TextContentAsync());
        foreach (var rel in await links.EvaluateAllAsync<string[]>("all => all.map(one => one.rel)"))
        {
            Assert.Contains("noopener", rel, StringComparison.Ordinal);
        }
    }

    private async Task<(IPage Page, List<string> Fetched)> OpenAsync(bool scripts = true)
    {
        var page = await Browser.OpenAsync(scripts: scripts);
        var fetched = new List<string>();
        page.Request += (_, request) => fetched.Add(request.Url);
        await Browser.SignInAsync(page);
        return (page, fetched);
    }
}
