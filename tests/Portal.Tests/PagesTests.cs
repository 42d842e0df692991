using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Gateway.Portal.Tests;

/// <summary>Every page as people see it: in both themes and on both widths, without serious faults for those who do
/// not see it.</summary>
[Trait("Needs", "browser")]
public sealed class PagesTests(PortalBrowser browser) : IClassFixture<PortalBrowser>
{
    private static readonly string[] Serious = ["serious", "critical"];

    /// <summary>Each theme and each width once; <c>PICTURES=all</c> takes all four.</summary>
    public static TheoryData<int, ColorScheme> Looks =>
        Environment.GetEnvironmentVariable("PICTURES") == "all"
            ? new()
            {
                { 1440, ColorScheme.Light },
                { 1440, ColorScheme.Dark },
                { 390, ColorScheme.Light },
                { 390, ColorScheme.Dark },
            }
            : new() { { 1440, ColorScheme.Light }, { 390, ColorScheme.Dark } };

    private static string[] Open =>
    [
        "/", "/sign-in", "/no-such-page", "/models", "/models/devnet-large", "/miners", "/miners/4/1", "/network",
        "/network/4", "/governance", "/trust", "/status", "/guide",
    ];

    private static string[] Own =>
    [
        "/overview", "/keys", "/activity", "/usage", "/billing", "/billing/invoices", "/billing/refunds", "/limits",
        "/playground", "/playground?mode=compare", "/playground?mode=embeddings",
        "/settings", "/settings/audit", "/account",
    ];

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task No_page_has_a_serious_fault_or_scrolls_sideways(int width, ColorScheme scheme)
    {
        var page = await browser.OpenAsync(width, scheme);
        var faults = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("404", StringComparison.Ordinal))
            {
                faults.Add($"{page.Url}: {message.Text}");
            }
        };
        foreach (var path in Open)
        {
            faults.AddRange(await LookAsync(page, path, width, scheme));
        }

        await browser.SignInAsync(page);
        foreach (var path in Own.Append(await browser.AskAsync()).Append(await TopUpAsync(page)))
        {
            faults.AddRange(await LookAsync(page, path, width, scheme));
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        await page.Context.CloseAsync();
    }

    // Three may be open at most, so all looks share one.
    private async Task<string> TopUpAsync(IPage page)
    {
        if (browser.TopUp is { } known)
        {
            return known;
        }

        await page.GotoAsync("/billing");
        await page.ClickAsync("button:has-text('Show address')");
        await page.Locator("#checkout").WaitForAsync();
        browser.TopUp = new Uri(page.Url).AbsolutePath;
        return browser.TopUp;
    }

    private static async Task<List<string>> LookAsync(IPage page, string path, int width, ColorScheme scheme)
    {
        await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Load });
        var name = path.Length == 1 ? "home"
            : path.Contains('_', StringComparison.Ordinal) ? path[1..path.LastIndexOf('/')].Replace('/', '-') + "-one"
            : path[1..].Replace('/', '-').Replace("?mode=", "-", StringComparison.Ordinal);
        await Pictures.TakeAsync(page, $"{name}-{width}-{scheme}".ToLowerInvariant());
        var wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
        var axe = await page.RunAxe();
        return
        [
            .. axe.Violations.Where(found => Serious.Contains(found.Impact)).SelectMany(found => found.Nodes.Select(
                node => $"{path} {width} {scheme}: {found.Id}: {found.Help} ({node.Html})")),
            .. wide > 0 ? [$"{path} {width}: {wide} px too wide"] : Array.Empty<string>(),
        ];
    }
}
