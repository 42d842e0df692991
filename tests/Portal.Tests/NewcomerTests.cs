using System.Diagnostics;
using Gateway.Testing;
using Microsoft.Playwright;

namespace Gateway.Portal.Tests;

/// <summary>The way of somebody new, as he walks it: from signing in to a receipt that holds.</summary>
[Trait("Needs", "browser")]
public sealed class NewcomerTests(PortalBrowser browser) : IClassFixture<PortalBrowser>
{
    private const int MostBytes = 60 * 1024;
    private const int MostStartBytes = 30 * 1024;

    // How the browser paints the code: a letter for each module, rows with slashes between them.
    private const string ReadPicture = """
        async picture => {
          const side = picture.viewBox.baseVal.width;
          const copy = picture.cloneNode(true);
          copy.setAttribute('width', side * 4);
          copy.setAttribute('height', side * 4);
          copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
          const image = new Image();
          image.src = 'data:image/svg+xml,' + encodeURIComponent(copy.outerHTML);
          await image.decode();
          const canvas = document.createElement('canvas');
          canvas.width = canvas.height = side * 4;
          const pen = canvas.getContext('2d');
          pen.fillStyle = '#fff';
          pen.fillRect(0, 0, side * 4, side * 4);
          pen.drawImage(image, 0, 0);
          const rows = [];
          for (let y = 4; y < side - 4; y++) {
            let row = '';
            for (let x = 4; x < side - 4; x++) {
              row += pen.getImageData(x * 4 + 2, y * 4 + 2, 1, 1).data[0] < 128 ? '1' : '0';
            }
            rows.push(row);
          }
          return rows.join('/');
        }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_signing_in_to_a_receipt_that_verifies()
    {
        var watch = Stopwatch.StartNew();
        var page = await browser.OpenAsync();
        await browser.SignInAsync(page);
        await PayAsync(page);
        await MakeKeyAsync(page);
        var request = await AskAsync(page);

        await page.ClickAsync("#after a");
        await page.Locator("[data-result] .tag.good").WaitForAsync();
        await page.Locator(".tag.good:has-text('checked on the server')").WaitForAsync();
        await Pictures.TakeAsync(page, "newcomer-receipt");
        await page.GotoAsync("/activity");
        await page.Locator($"a[href='{request}']").WaitForAsync();
        await Pictures.TakeAsync(page, "newcomer-activity");
        TestContext.Current.TestOutputHelper?.WriteLine($"newcomer: {watch.Elapsed.TotalSeconds:0.0} s");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Without_scripts_pages_and_forms_work_as_well()
    {
        var page = await browser.OpenAsync(scripts: false);
        await browser.SignInAsync(page);
        await page.GotoAsync("/billing");
        await page.ClickAsync("button:has-text('Show address')");
        await page.Locator(".address").WaitForAsync();
        await page.ClickAsync("nav a[href='/keys']");
        await page.FillAsync("#name", "plain");
        await page.ClickAsync("button:has-text('Make key')");
        Assert.Matches("^gw-[0-9A-Za-z]{36}$", await page.Locator(".notice.good code").First.TextContentAsync());
        await page.ClickAsync(".choice button[value='es']");
        await page.Locator("html[lang='es']").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.ClickAsync(".choice button[value='dark']");
        await page.Locator("html[data-theme='dark']").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("/", MostStartBytes)]
    [InlineData("/overview", MostBytes)]
    public async Task A_page_is_small(string path, int most)
    {
        var page = await browser.OpenAsync();
        await browser.SignInAsync(page);
        var browserSide = await page.Context.NewCDPSessionAsync(page);
        await browserSide.SendAsync("Network.enable");
        await browserSide.SendAsync("Network.setCacheDisabled", new() { ["cacheDisabled"] = true });
        var sizes = new List<Task<RequestSizesResult>>();
        page.RequestFinished += (_, request) => sizes.Add(request.SizesAsync());
        await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.NetworkIdle });

        var bytes = (await Task.WhenAll(sizes)).Sum(size => size.ResponseBodySize);
        TestContext.Current.TestOutputHelper?.WriteLine($"{path}: {bytes} bytes in {sizes.Count} answers");
        Assert.InRange(bytes, 1, most);
        await page.Context.CloseAsync();
    }

    private async Task PayAsync(IPage page)
    {
        var chain = (string)browser.Gateway.DevNet["chainUrl"]!;
        await page.GotoAsync("/billing");
        await page.FillAsync("#amount", "20");
        await page.ClickAsync("button:has-text('Show address')");
        await page.Locator("#checkout[data-state='New']").WaitForAsync();
        var address = await page.Locator(".pay code").First.TextContentAsync();
        var grouped = await page.Locator(".address").TextContentAsync();
        Assert.Equal(address, grouped!.Replace(" ", "", StringComparison.Ordinal));
        var picture = await page.Locator(".qr").EvaluateAsync<string>(ReadPicture);
        Assert.Equal(address, (string)(await NodeScript.RunAsync("qr.mjs", [picture], Token))["text"]!);
        await Pictures.TakeAsync(page, "newcomer-pay");

        // Everything that follows happens on the page as it stands: a reload would lose the mark.
        await page.EvaluateAsync("() => { window.mark = 1; }");
        await NodeScript.RunAsync("pay.mjs", [chain, address!, "50000000"], Token);
        await page.Locator("#checkout[data-state='Processing']").WaitForAsync();
        await page.Locator("#finality").WaitForAsync();
        await Pictures.TakeAsync(page, "newcomer-arriving");
        await NodeScript.RunAsync("pay.mjs", [chain], Token);
        await page.Locator("#checkout[data-state='Settled']").WaitForAsync();
        await Pictures.TakeAsync(page, "newcomer-credited");
        Assert.Equal(1, await page.EvaluateAsync<int>("window.mark"));
    }

    private static async Task MakeKeyAsync(IPage page)
    {
        await page.ClickAsync("nav a[href='/keys']");
        await page.Locator("main[data-page='keys']").WaitForAsync();
        await page.FillAsync("#name", "newcomer");
        await page.FillAsync("#cap", "1");
        await page.ClickAsync("button:has-text('Make key')");
        Assert.Matches("^gw-[0-9A-Za-z]{36}$", await page.Locator(".notice.good code").First.TextContentAsync());
        await Pictures.TakeAsync(page, "newcomer-key");
        await page.GotoAsync("/keys");
        Assert.Equal(0, await page.Locator(".notice.good").CountAsync());
        await page.Locator("th a:has-text('newcomer')").WaitForAsync();
    }

    private static async Task<string> AskAsync(IPage page)
    {
        await page.GotoAsync("/playground");
        await page.FillAsync("#prompt", "What is 12 * 34?");
        await page.Locator("#cost:has-text('at most')").WaitForAsync();
        await page.ClickAsync("#send");
        await page.Locator("#after a").WaitForAsync();
        Assert.NotEmpty((await page.Locator("#answer").TextContentAsync())!);
        await Pictures.TakeAsync(page, "newcomer-playground");
        return (await page.Locator("#after a").GetAttributeAsync("href"))!;
    }
}
