using System.Net;
using Gateway.Api.Portal.Sessions;
using Gateway.Api.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Api.Tests.Portal;

/// <summary>A gateway for the tests of a class.</summary>
public sealed class PortalFixture : IAsyncLifetime
{
    private InProcessGateway? _gateway;

    internal InProcessGateway Gateway => _gateway!;

    public async ValueTask InitializeAsync() => _gateway = await InProcessGateway.StartAsync();

    public async ValueTask DisposeAsync() => await Gateway.DisposeAsync();
}

public sealed class SessionTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    private InProcessGateway Gateway => fixture.Gateway;

    [Fact]
    public async Task The_demo_login_signs_in_and_out_and_its_sessions_end_one_by_one()
    {
        using var browser = new PortalClient(Gateway);
        using (var refused = await browser.GetAsync("/account"))
        {
            Assert.Equal(HttpStatusCode.SeeOther, refused.StatusCode);
            Assert.Equal("/sign-in?returnUrl=%2Faccount", refused.Headers.Location!.OriginalString);
        }

        await browser.SignInAsync(Gateway);
        using var account = await browser.GetAsync("/account");
        Assert.Equal(HttpStatusCode.OK, account.StatusCode);
        Assert.Contains("demo@devnet.invalid", browser.Page, StringComparison.Ordinal);

        using var other = new PortalClient(Gateway);
        await other.SignInAsync(Gateway);
        await browser.GetAsync("/account");
        await browser.PostAsync("/account/sessions/end", ("session", await SessionOf(other)));
        Assert.Equal(HttpStatusCode.SeeOther, (await other.GetAsync("/account")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).StatusCode);

        await browser.PostAsync("/sign-out");
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.GetAsync("/account")).StatusCode);
    }

    [Fact]
    public async Task Signing_in_again_takes_a_new_id_and_ends_the_old_one()
    {
        using var browser = new PortalClient(Gateway);
        await browser.SignInAsync(Gateway);
        var first = browser.Cookies[PortalCookie.Session]!.Value;
        var attempt = browser.Cookies[PortalCookie.Attempt]!.Value;
        await browser.PostAsync("/sign-out");
        await browser.SignInAsync(Gateway);
        Assert.NotEqual(first, browser.Cookies[PortalCookie.Session]!.Value);

        using var thief = new PortalClient(Gateway);
        thief.Http.DefaultRequestHeaders.Add("Cookie", $"gw={first}; gw-try={attempt}");
        Assert.Equal(HttpStatusCode.SeeOther, (await thief.GetAsync("/account")).StatusCode);
    }

    [Theory]
    [InlineData("demo@devnet.invalid", "wrong wrong wrong")]
    [InlineData("nobody@example.org", "wrong wrong wrong")]
    [InlineData("", "")]
    public async Task Known_and_unknown_names_get_the_same_answer(string email, string password)
    {
        using var browser = new PortalClient(Gateway);
        await browser.GetAsync("/sign-in");
        using var answer = await browser.PostAsync("/sign-in", ("email", email), ("password", password));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("The address or the password is wrong.", browser.Page, StringComparison.Ordinal);
        Assert.Null(browser.Cookies[PortalCookie.Session]);
    }

    [Theory]
    [InlineData("cross-site", null)]
    [InlineData("same-site", null)]
    [InlineData("none", null)]
    [InlineData(null, null)]
    [InlineData("same-origin", "null")]
    public async Task Attack_32_a_post_from_elsewhere_changes_nothing(string? site, string? origin)
    {
        using var browser = new PortalClient(Gateway);
        await browser.SignInAsync(Gateway);
        await browser.GetAsync("/account");
        using var answer = await browser.PostAsync("/sign-out", request =>
        {
            request.Headers.Remove("Sec-Fetch-Site");
            if (site is not null)
            {
                request.Headers.Add("Sec-Fetch-Site", site);
            }

            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }
        });
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).StatusCode);
    }

    [Fact]
    public async Task Attack_32_a_get_has_no_effect_and_a_form_needs_its_own_sessions_token()
    {
        using var browser = new PortalClient(Gateway);
        await browser.SignInAsync(Gateway);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await browser.GetAsync("/sign-out")).StatusCode);

        using var other = new PortalClient(Gateway);
        await other.SignInAsync(Gateway);
        await other.GetAsync("/account");
        foreach (var token in (string[])["", "x", other.Token])
        {
            browser.Token = token;
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync("/sign-out")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_form_that_is_too_long_is_refused_with_a_length_or_without(bool isChunked)
    {
        using var browser = new PortalClient(Gateway);
        await browser.SignInAsync(Gateway);
        await browser.GetAsync("/account");
        foreach (var (length, status) in new[] { (80_000, HttpStatusCode.Forbidden), (100, HttpStatusCode.SeeOther) })
        {
            using var answer = await browser.PostAsync(
                "/sign-out", request => request.Headers.TransferEncodingChunked = isChunked,
                ("filler", new string('x', length)));
            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\t/evil.example")]
    [InlineData("/v1/models")]
    [InlineData("")]
    public async Task Attack_33_sign_in_leads_to_pages_of_ours_only(string back)
    {
        using var browser = new PortalClient(Gateway);
        await browser.GetAsync("/sign-in?returnUrl=" + Uri.EscapeDataString(back));
        Assert.Contains("value=\"/overview\"", browser.Page, StringComparison.Ordinal);
        using var answer = await browser.PostAsync(
            "/sign-in", ("email", (string)Gateway.DevNet["portalLogin"]!["email"]!),
            ("password", (string)Gateway.DevNet["portalLogin"]!["password"]!), ("returnUrl", back));
        Assert.Equal("/overview", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Attack_33_nobody_signs_a_victim_in_without_a_form_that_the_victim_loaded()
    {
        using var victim = new PortalClient(Gateway);
        using var attacker = new PortalClient(Gateway);
        await attacker.GetAsync("/sign-in");
        victim.Token = attacker.Token;
        using var answer = await victim.PostAsync(
            "/sign-in", ("email", (string)Gateway.DevNet["portalLogin"]!["email"]!),
            ("password", (string)Gateway.DevNet["portalLogin"]!["password"]!));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Null(victim.Cookies[PortalCookie.Session]);
    }

    [Fact]
    public async Task The_api_reads_no_cookie_and_the_portal_no_key()
    {
        using var browser = new PortalClient(Gateway);
        await browser.SignInAsync(Gateway);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/v1/models")).StatusCode);

        using var keyed = Gateway.CreateClient((string)Gateway.DevNet["adminKey"]!);
        using var stranger = new PortalClient(Gateway);
        stranger.Http.DefaultRequestHeaders.Authorization = keyed.DefaultRequestHeaders.Authorization;
        Assert.Equal(HttpStatusCode.SeeOther, (await stranger.GetAsync("/account")).StatusCode);
    }

    [Fact]
    public async Task A_loopback_address_leads_to_the_name_that_passkeys_belong_to()
    {
        using var browser = new PortalClient(Gateway);
        using var answer = await browser.Http.GetAsync(
            new Uri($"http://127.0.0.1:{browser.Root.Port}/sign-in?returnUrl=%2Fkeys"),
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.TemporaryRedirect, answer.StatusCode);
        Assert.Equal($"{browser.Root}sign-in?returnUrl=%2Fkeys", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Cookies_are_out_of_reach_of_scripts_and_pages_of_frames()
    {
        using var browser = new PortalClient(Gateway);
        await browser.SignInAsync(Gateway);
        using var page = await browser.GetAsync("/account");
        var cookie = browser.Cookies[PortalCookie.Session]!;
        Assert.True(cookie.HttpOnly);
        Assert.Contains("frame-ancestors 'none'", Assert.Single(page.Headers.GetValues("content-security-policy")),
            StringComparison.Ordinal);
        Assert.True(page.Headers.CacheControl!.NoStore);
    }

    private static async Task<string> SessionOf(PortalClient browser)
    {
        await browser.GetAsync("/account");
        var line = browser.Page.Split("<li>").Single(part => part.Contains("(this one)", StringComparison.Ordinal));
        const string Mark = "name=\"session\" value=\"";
        var start = line.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length;
        return line[start..(start + 32)];
    }
}

/// <summary>What time does to sessions, on a clock of their own.</summary>
public sealed class SessionTimeTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private InProcessGateway? _gateway;

    public async ValueTask InitializeAsync() => _gateway = await InProcessGateway.StartAsync(
        services => services.Replace(ServiceDescriptor.Singleton(provider => new PortalSessions(
            provider.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<Api.Access.PersonDb>>(),
            provider.GetRequiredService<PortalCookie>(), _time))), []);

    public async ValueTask DisposeAsync() => await _gateway!.DisposeAsync();

    [Fact]
    public async Task A_session_ends_half_an_hour_after_its_last_request_and_twelve_hours_after_its_first()
    {
        using var browser = new PortalClient(_gateway!);
        await browser.SignInAsync(_gateway!);
        for (var minutes = 0; minutes + 29 < PortalSessions.Life.TotalMinutes; minutes += 29)
        {
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).StatusCode);
            _time.Advance(TimeSpan.FromMinutes(29));
        }

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).StatusCode);
        _time.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.GetAsync("/account")).StatusCode);

        await browser.SignInAsync(_gateway!);
        _time.Advance(PortalSessions.Idle);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.GetAsync("/account")).StatusCode);
    }
}
