using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Gateway.Portal.Tests.Operators;

/// <summary>Every page of the operator's console as people see it: in both themes and on both widths, without serious
/// faults for those who do not see it.</summary>
[Trait("Needs", "browser")]
public sealed class ConsolePagesTests(PortalBrowser browser) : IClassFixture<PortalBrowser>
{
    private static readonly string[] Serious = ["serious", "critical"];

    private static readonly string[] Paths =
    [
        "/operator", "/operator/miners", "/operator/subnets", "/operator/prices", "/operator/deposits",
        "/operator/refunds", "/operator/approvals", "/operator/reserves", "/operator/replicas",
        "/operator/organizations?find=DevNet",
    ];

    /// <summary>Each theme and each width once; <c>PICTURES=all</c> takes all four.</summary>
    public static TheoryData<int, ColorScheme> Looks => PagesTests.Looks;

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task No_page_of_the_console_has_a_serious_fault_or_scrolls_sideways(int width, ColorScheme scheme)
    {
        var page = await browser.OpenAsync(width, scheme);
        await browser.SignInAsync(page, "operatorLogin", "/operator");
        await browser.AskAsync();
        var miner = $"4/{browser.Gateway.DevNet["miners"]![0]!["hotkey"]}";
        var model = (string)browser.Gateway.DevNet["miners"]![0]!["models"]![0]!;
        string[] chosen =
        [
            $"/operator/miners?miner={Uri.EscapeDataString(miner)}",
            $"/operator/prices?model={model}&input_per_million_tokens=9&cached_per_million_tokens=9"
                + "&output_per_million_tokens=9&reasoning_per_million_tokens=9&per_request=0&per_image=0"
                + "&per_audio_second=0&per_character=0&miner_share_ppm=700000",
        ];
        var faults = new List<string>();
        foreach (var path in Paths.Concat(chosen))
        {
            await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Load });
            var name = path[1..].Split('?')[0].Replace('/', '-')
                + (path.Contains('?', StringComparison.Ordinal) ? "-one" : "");
            await Pictures.TakeAsync(page, $"{name}-{width}-{scheme}".ToLowerInvariant());
            var wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
            var axe = await page.RunAxe();
            faults.AddRange(axe.Violations.Where(found => Serious.Contains(found.Impact)).SelectMany(
                found => found.Nodes.Select(
                    node => $"{path} {width} {scheme}: {found.Id}: {found.Help} ({node.Html})")));
            faults.AddRange(wide > 0 ? [$"{path} {width}: {wide} px too wide"] : Array.Empty<string>());
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        await page.Context.CloseAsync();
    }
}
