using System.Net;
using System.Text.RegularExpressions;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Portal.Sessions;
using Gateway.Api.Tests.Http;
using Gateway.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Portal;

public sealed partial class AccountTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    private const string Password = "four quiet herons drift";

    private InProcessGateway Gateway => fixture.Gateway;

    [Fact]
    public async Task A_setup_link_works_once_and_makes_the_owner_of_the_organisation()
    {
        const string Email = "owner@example.org";
        var org = await NewOrganizationAsync(Email);
        var link = await Gateway.Services.GetRequiredService<SetupLinks>().CreateAsync(Email, org, "owner");
        using var browser = new PortalClient(Gateway);
        for (var look = 0; look < 2; look++)
        {
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/setup/{link}")).StatusCode);
            Assert.Contains(Email, browser.Page, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync($"/setup/{link}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).StatusCode);

        using var late = new PortalClient(Gateway);
        Assert.Equal(HttpStatusCode.NotFound, (await late.GetAsync($"/setup/{link}")).StatusCode);
        await late.GetAsync("/sign-in");
        Assert.Equal(HttpStatusCode.NotFound, (await late.PostAsync($"/setup/{link}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await late.PostAsync("/setup/x")).StatusCode);
    }

    [Fact]
    public async Task A_password_comes_with_an_authenticator_whose_codes_count_once_and_with_ten_recovery_codes()
    {
        const string Email = "totp@example.org";
        using var owner = new PortalClient(Gateway);
        await owner.EnrolAsync(Gateway, Email, await NewOrganizationAsync(Email), "owner");
        var secret = await SetPasswordAsync(owner);
        Assert.Equal(10, RecoveryCode().Count(owner.Page));
        var recovery = RecoveryCode().Match(owner.Page).Groups["code"].Value;

        // The code that confirmed the authenticator is used up.
        using var browser = new PortalClient(Gateway);
        var used = CodeOf(secret, 0);
        Assert.Equal(HttpStatusCode.OK, await PasswordAsync(browser, Email, Password));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendCodeAsync(browser, "000000"));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendCodeAsync(browser, used));
        Assert.Equal(HttpStatusCode.SeeOther, await SendCodeAsync(browser, CodeOf(secret, 1)));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).StatusCode);

        using var lost = new PortalClient(Gateway);
        await PasswordAsync(lost, Email, Password);
        Assert.Equal(HttpStatusCode.SeeOther, await SendCodeAsync(lost, recovery.ToLowerInvariant()));
        Assert.Equal(HttpStatusCode.OK, (await lost.GetAsync("/account")).StatusCode);
        using var again = new PortalClient(Gateway);
        await PasswordAsync(again, Email, Password);
        Assert.Equal(HttpStatusCode.Unauthorized, await SendCodeAsync(again, recovery));
    }

    [Fact]
    public async Task A_code_without_its_password_or_in_another_browser_opens_nothing()
    {
        const string Email = "half@example.org";
        using var owner = new PortalClient(Gateway);
        await owner.EnrolAsync(Gateway, Email, await NewOrganizationAsync(Email), "owner");
        var secret = await SetPasswordAsync(owner);
        using var browser = new PortalClient(Gateway);
        await PasswordAsync(browser, Email, Password);

        using var other = new PortalClient(Gateway);
        await other.GetAsync("/sign-in");
        using var answer = await other.PostAsync("/sign-in/code", ("code", CodeOf(secret, 1)));
        Assert.StartsWith("/sign-in", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await other.GetAsync("/account")).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.GetAsync("/account")).StatusCode);
    }

    [Fact]
    public async Task Wrong_passwords_slow_down_who_guesses_and_nobody_else()
    {
        const string Email = "slow@example.org";
        using var browser = new PortalClient(Gateway);
        for (var guess = 0; guess < 5; guess++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await PasswordAsync(browser, Email, "wrong wrong wrong"));
        }

        await browser.GetAsync("/sign-in");
        using var slow = await browser.PostAsync("/sign-in", ("email", " SLOW@example.org"), ("password", "x"));
        Assert.Equal(HttpStatusCode.TooManyRequests, slow.StatusCode);
        Assert.NotNull(slow.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.Unauthorized, await PasswordAsync(browser, "else@example.org", "wrong"));
    }

    [Fact]
    public async Task An_invite_is_for_its_address_and_once()
    {
        var org = await NewOrganizationAsync("inviter@example.org");
        var invited = await Gateway.Services.GetRequiredService<InviteStore>().CreateAsync(
            org, "guest@example.org", "reader", [], Actor.Console);
        var path = $"/invite/{invited!.Value.Token}";
        using var browser = new PortalClient(Gateway);
        await browser.GetAsync(path);
        Assert.Equal(
            HttpStatusCode.Forbidden, (await browser.PostAsync(path, ("email", "other@example.org"))).StatusCode);
        Assert.Equal(
            HttpStatusCode.SeeOther,
            (await browser.PostAsync(path, ("email", "guest@example.org"), ("name", "G"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).StatusCode);
        var people = await Gateway.Services.GetRequiredService<PeopleStore>().ListAsync(org, null, 10, []);
        Assert.Contains(
            people, one => one is { Email: "guest@example.org", Role: "reader", Name: "G", Person: not null });

        using var late = new PortalClient(Gateway);
        Assert.Equal(HttpStatusCode.NotFound, (await late.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task An_invite_to_a_known_address_is_accepted_by_its_person_alone()
    {
        using var known = new PortalClient(Gateway);
        await known.EnrolAsync(Gateway, "known@example.org", await NewOrganizationAsync("known@example.org"), "owner");
        var org = await NewOrganizationAsync("second@example.org");
        var invited = await Gateway.Services.GetRequiredService<InviteStore>().CreateAsync(
            org, "known@example.org", "admin", [], Actor.Console);
        var path = $"/invite/{invited!.Value.Token}";

        using var thief = new PortalClient(Gateway);
        await thief.GetAsync(path);
        using var answer = await thief.PostAsync(path, ("email", "known@example.org"));
        Assert.StartsWith("/sign-in", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await thief.GetAsync("/account")).StatusCode);

        await known.GetAsync(path);
        using var joined = await known.PostAsync(path, ("name", "K"));
        Assert.Equal(HttpStatusCode.SeeOther, joined.StatusCode);
        var people = await Gateway.Services.GetRequiredService<PeopleStore>().ListAsync(org, null, 10, []);
        Assert.Contains(people, one => one.Email == "known@example.org");
    }

    [Fact]
    public async Task An_invite_proves_nobody_and_leads_who_is_signed_in_into_its_organisation()
    {
        const string Email = "two.hats@example.org";
        using var browser = new PortalClient(Gateway);
        await browser.EnrolAsync(Gateway, Email, await NewOrganizationAsync(Email), "owner");
        Assert.DoesNotContain("/account/organization\"", browser.Page, StringComparison.Ordinal);
        var org = await NewOrganizationAsync("host@example.org");
        var session = browser.Cookies[PortalCookie.Session]!.Value;
        Assert.StartsWith("/step-up", await InviteSomebodyAsync(browser), StringComparison.Ordinal);

        var invited = await Gateway.Services.GetRequiredService<InviteStore>().CreateAsync(
            org, Email, "admin", [], Actor.Console);
        await browser.GetAsync($"/invite/{invited!.Value.Token}");
        using var joined = await browser.PostAsync($"/invite/{invited.Value.Token}", ("name", "T"));

        Assert.Equal(HttpStatusCode.SeeOther, joined.StatusCode);
        Assert.Equal(session, browser.Cookies[PortalCookie.Session]!.Value);
        Assert.StartsWith("/step-up", await InviteSomebodyAsync(browser), StringComparison.Ordinal);
        Assert.Contains("host@example.org", browser.Page, StringComparison.Ordinal);
        await AssertSeesAsync(browser, org);
    }

    [Fact]
    public async Task Somebody_of_two_organisations_looks_at_either_and_at_no_other()
    {
        const string Email = "switcher@example.org";
        using var browser = new PortalClient(Gateway);
        var own = await NewOrganizationAsync(Email);
        await browser.EnrolAsync(Gateway, Email, own, "owner");
        var (second, foreign) = (
            await NewOrganizationAsync("side@example.org"), await NewOrganizationAsync("else@example.org"));
        var invited = await Gateway.Services.GetRequiredService<InviteStore>().CreateAsync(
            second, Email, "admin", [], Actor.Console);
        await browser.GetAsync($"/invite/{invited!.Value.Token}");
        await browser.PostAsync($"/invite/{invited.Value.Token}");

        await browser.GetAsync("/account");
        foreach (var wrong in (string[])[foreign.ToString(), "", "x"])
        {
            using var refused = await browser.PostAsync("/account/organization", ("organization", wrong));
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        await AssertSeesAsync(browser, second);
        using var back = await browser.PostAsync("/account/organization", ("organization", own.ToString()));
        Assert.Equal("/overview", back.Headers.Location!.OriginalString);
        await AssertSeesAsync(browser, own);
    }

    [Theory]
    [InlineData("short", "short")]
    [InlineData("password1234", "password1234")]
    [InlineData("four quiet herons drift", "four quiet herons drifs")]
    public async Task A_bad_password_is_refused_with_its_reason(string password, string again)
    {
        using var browser = new PortalClient(Gateway);
        await browser.EnrolAsync(Gateway, $"bad{password.Length}@example.org", null, "support");
        using var answer = await browser.PostAsync("/account/password", ("password", password), ("again", again));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("role=\"alert\"", browser.Page, StringComparison.Ordinal);
    }

    // A form that takes a proof: where it sends who has none.
    private static async Task<string> InviteSomebodyAsync(PortalClient browser)
    {
        await browser.GetAsync("/settings");
        using var answer = await browser.PostAsync("/settings/invites", ("email", "nobody"), ("role", "reader"));
        var page = answer.Headers.Location?.OriginalString ?? $"{answer.StatusCode}";
        await browser.GetAsync("/account");
        return page;
    }

    private static async Task AssertSeesAsync(PortalClient browser, OrgId org)
    {
        using var limits = await browser.GetAsync($"/limits/{org}");
        Assert.Equal(HttpStatusCode.OK, limits.StatusCode);
        await browser.GetAsync("/account");
    }

    private static string CodeOf(string secret, long later) =>
        Totp.Code(Base32(secret), Totp.StepOf(TimeProvider.System.GetUtcNow()) + later);

    private static byte[] Base32(string text)
    {
        var bits = string.Concat(text.Select(letter =>
            Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal), 2)
                .PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }

    private static async Task<string> SetPasswordAsync(PortalClient owner)
    {
        using var step = await owner.PostAsync("/account/password", ("password", Password), ("again", Password));
        Assert.Equal(HttpStatusCode.OK, step.StatusCode);
        var secret = Secret().Match(owner.Page).Groups["secret"].Value;
        using var done = await owner.PostAsync("/account/password/confirm", ("code", CodeOf(secret, 0)));
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        return secret;
    }

    private static async Task<HttpStatusCode> PasswordAsync(PortalClient browser, string email, string password)
    {
        await browser.GetAsync("/sign-in");
        using var answer = await browser.PostAsync("/sign-in", ("email", email), ("password", password));
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> SendCodeAsync(PortalClient browser, string code)
    {
        using var answer = await browser.PostAsync("/sign-in/code", ("code", code));
        return answer.StatusCode;
    }

    private Task<OrgId> NewOrganizationAsync(string email) =>
        Gateway.Services.GetRequiredService<AccessStore>().CreateOrganizationAsync(email, email);

    [GeneratedRegex("id=\"totp-secret\">(?<secret>[A-Z2-7]+)<")]
    private static partial Regex Secret();

    [GeneratedRegex("<li><code>(?<code>[A-Z2-7]{16})</code></li>")]
    private static partial Regex RecoveryCode();
}
