using System.Net;
using Gateway.Api.Portal.Sessions;
using Gateway.Api.Tests.Http;

namespace Gateway.Api.Tests.Portal;

public sealed class PasskeyTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    private InProcessGateway Gateway => fixture.Gateway;

    [Fact]
    public async Task A_passkey_is_added_signs_in_and_proves_its_owner_anew()
    {
        using var passkey = await AddAsync("ada@example.org");
        using var browser = new PortalClient(Gateway);
        await browser.GetAsync("/sign-in");
        Assert.Equal(HttpStatusCode.NoContent, await UseAsync(browser, passkey));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).StatusCode);
        Assert.Contains("ada@example.org", browser.Page, StringComparison.Ordinal);

        var first = browser.Cookies[PortalCookie.Session]!.Value;
        passkey.Counter++;
        Assert.Equal(HttpStatusCode.NoContent, await UseAsync(browser, passkey));
        Assert.NotEqual(first, browser.Cookies[PortalCookie.Session]!.Value);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).StatusCode);
    }

    [Fact]
    public async Task An_answer_counts_once_for_the_browser_that_asked_by_a_person_who_was_there_on_our_own_page()
    {
        using var passkey = await AddAsync("bob@example.org");
        using var browser = new PortalClient(Gateway);
        await browser.GetAsync("/sign-in");

        passkey.Verifies = false;
        Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(browser, passkey));
        passkey.Verifies = true;
        passkey.Origin = "http://localhost.evil.example";
        Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(browser, passkey));
        passkey.Origin = Origin;

        using var options = await browser.PostJsonAsync("/sign-in/passkey/options", "{}");
        passkey.Counter = 9;
        var answer = passkey.Answer(browser.Page);
        using var thief = new PortalClient(Gateway);
        await thief.GetAsync("/sign-in");
        Assert.Equal(
            HttpStatusCode.Unauthorized, (await thief.PostJsonAsync("/sign-in/passkey", answer)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await browser.PostJsonAsync("/sign-in/passkey", answer)).StatusCode);
        await browser.GetAsync("/account");
        Assert.Equal(
            HttpStatusCode.Unauthorized, (await browser.PostJsonAsync("/sign-in/passkey", answer)).StatusCode);
    }

    [Fact]
    public async Task A_falling_counter_locks_the_passkey_and_its_owner_sees_it()
    {
        using var owner = new PortalClient(Gateway);
        using var passkey = await AddAsync("eve@example.org", owner);
        using var browser = new PortalClient(Gateway);
        await browser.GetAsync("/sign-in");
        passkey.Counter = 8;
        Assert.Equal(HttpStatusCode.NoContent, await UseAsync(browser, passkey));

        using var copy = new PortalClient(Gateway);
        await copy.GetAsync("/sign-in");
        passkey.Counter = 3;
        Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(copy, passkey));
        passkey.Counter = 20;
        Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(copy, passkey));
        await owner.GetAsync("/account");
        Assert.Contains("Locked: its counter fell", owner.Page, StringComparison.Ordinal);
    }

    private string Origin => $"http://localhost:{new Uri((string)Gateway.DevNet["baseUrl"]!).Port}";

    private static async Task<HttpStatusCode> UseAsync(PortalClient browser, SoftPasskey passkey)
    {
        using var options = await browser.PostJsonAsync("/sign-in/passkey/options", "{}");
        Assert.Equal(HttpStatusCode.OK, options.StatusCode);
        return (await browser.PostJsonAsync("/sign-in/passkey", passkey.Answer(browser.Page))).StatusCode;
    }

    private async Task<SoftPasskey> AddAsync(string email)
    {
        using var browser = new PortalClient(Gateway);
        return await AddAsync(email, browser);
    }

    private async Task<SoftPasskey> AddAsync(string email, PortalClient browser)
    {
        var passkey = new SoftPasskey(Origin);
        await browser.EnrolAsync(Gateway, email, null, "support");
        using var options = await browser.PostJsonAsync("/account/passkeys/options", "{}");
        Assert.Equal(HttpStatusCode.OK, options.StatusCode);
        using var added = await browser.PostJsonAsync("/account/passkeys", passkey.Create(browser.Page));
        Assert.Equal(HttpStatusCode.NoContent, added.StatusCode);
        passkey.Counter++;
        return passkey;
    }
}
