using System.Text.Json.Nodes;
using Gateway.Portal.Tests.Money;
using Microsoft.Playwright;

namespace Gateway.Portal.Tests.SignIn;

/// <summary>Sign-in by a wallet's browser extension: a stand-in for the extension in the page, which signs by
/// polkadot.js's own keyring as the real ones do.</summary>
[Trait("Needs", "browser")]
public sealed class WalletBrowserTests(PortalBrowser browser) : IClassFixture<PortalBrowser>
{
    // What polkadot{.js} puts into pages (polkadot-js/extension, packages/extension-inject).
    private const string Extension = """
        window.injectedWeb3 = { 'polkadot-js': { version: '0', enable: async () => ({
          accounts: { get: async () => [{ address: ADDRESS }] },
          signer: { signRaw: async ({ data }) => ({ id: 1, signature: await window.sign(data) }) },
        }) } };
        """;

    [Fact]
    public async Task A_wallet_is_added_signs_in_and_its_signature_is_good_once()
    {
        await using var wallet = await ChainPayer.StartAsync((string)browser.Gateway.DevNet["chainUrl"]!);
        var address = (string)(await wallet.ActAsync("address"))!;
        var page = await browser.OpenAsync();
        var asked = "";
        await page.Context.ExposeFunctionAsync<string, Task<string>>("sign", async data =>
        {
            asked = data;
            return (string)(await wallet.ActAsync("sign", data))!;
        });
        await page.AddInitScriptAsync(Extension.Replace(
            "ADDRESS", JsonValue.Create(address).ToJsonString(), StringComparison.Ordinal));
        await browser.SignInAsync(page);
        await SignAsync(page, "/sign-in/wallet?returnUrl=/account", address);
        await page.WaitForURLAsync("**/account");
        await page.Locator($"code:has-text('{address}')").WaitForAsync();

        await page.Context.ClearCookiesAsync();
        IRequest? sent = null;
        page.Request += (_, request) => sent = request.Url.EndsWith("/signature", StringComparison.Ordinal)
            ? request : sent;
        await SignAsync(page, "/sign-in/wallet?returnUrl=/overview", address);
        await page.WaitForURLAsync("**/overview");
        Assert.Matches($"^<Bytes>localhost wants you to sign in with your account:\n{address}\n", asked);
        Assert.EndsWith("</Bytes>", asked, StringComparison.Ordinal);

        // The same signature once more, from the same browser: its nonce is used up.
        var status = await page.EvaluateAsync<int>("""
            async body => {
              const token = document.querySelector('input[name="form-token"]').value;
              const fields = new URLSearchParams(body);
              fields.set('form-token', token);
              return (await fetch('/sign-in/wallet/signature', { method: 'POST', body: fields })).status;
            }
            """, sent!.PostData);
        Assert.Equal(401, status);
        await page.Context.CloseAsync();
    }

    private static async Task SignAsync(IPage page, string path, string address)
    {
        await page.GotoAsync(path);
        await page.FillAsync("input[name=address]", address);
        await page.ClickAsync("main button:has-text('Continue')");
        await page.Locator("#wallet-text").WaitForAsync();
        await page.ClickAsync("[data-wallet]");
    }
}
