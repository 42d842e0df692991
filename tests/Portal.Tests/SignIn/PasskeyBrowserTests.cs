using Microsoft.Playwright;

namespace Gateway.Portal.Tests.SignIn;

/// <summary>Passkeys as a person uses them: Chromium's own WebAuthn, with its virtual authenticator for a finger.
/// </summary>
public sealed class PasskeyBrowserTests(PortalBrowser browser) : IClassFixture<PortalBrowser>
{
    [Fact]
    public async Task A_passkey_is_added_and_signs_in()
    {
        var page = await browser.OpenAsync();
        await AddAuthenticatorAsync(page);
        await browser.SignInAsync(page);
        await page.GotoAsync("/account");
        await page.ClickAsync("button:has-text('Add a passkey')");
        await page.WaitForSelectorAsync("text=For the signer's list");

        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/sign-in");
        await page.ClickAsync("button:has-text('Sign in with a passkey')");
        await page.WaitForURLAsync("**/overview");

        // What needs a fresh proof has one now.
        await page.GotoAsync("/step-up?returnUrl=/account");
        await page.ClickAsync("button:has-text('Use a passkey')");
        await page.WaitForURLAsync(address => new Uri(address).AbsolutePath == "/account");
        Assert.Contains("by passkey", await page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_scripts_the_buttons_that_need_them_stay_hidden()
    {
        var page = await browser.OpenAsync(scripts: false);
        await page.GotoAsync("/sign-in");
        Assert.False(await page.IsVisibleAsync("button:has-text('Sign in with a passkey')"));
        await browser.SignInAsync(page);
    }

    private static async Task AddAuthenticatorAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        await session.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }
}
