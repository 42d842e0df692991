using System.Net;
using System.Text.RegularExpressions;
using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;
using Gateway.Api.Portal.SignIn;
using Gateway.Api.Tests.Http;
using Gateway.ChainBridge.Payouts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Portal;

/// <summary>What a person sees of who tried to be him, and that he keeps a way in.</summary>
public sealed partial class SignInEventTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private InProcessGateway Gateway => fixture.Gateway;

    [Fact]
    public async Task An_account_shows_its_sign_ins_its_failures_and_its_ended_sessions_with_their_network()
    {
        var email = (string)Gateway.DevNet["portalLogin"]!["email"]!;
        using var thief = new PortalClient(Gateway);
        await thief.GetAsync("/sign-in");
        foreach (var name in (string[])[email.ToUpperInvariant(), "nobody-at-all@example.org"])
        {
            using var refused = await thief.PostAsync("/sign-in", ("email", name), ("password", "wrong wrong wrong"));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using var browser = new PortalClient(Gateway);
        await browser.SignInAsync(Gateway);
        await browser.GetAsync("/account");
        await browser.PostAsync("/sign-out");
        await browser.SignInAsync(Gateway);

        // A failure is written behind its answer.
        await UntilAsync(async () =>
        {
            await browser.GetAsync("/account");
            return Events(browser.Page).Contains("failed");
        });
        var events = Events(browser.Page);
        Assert.Equal("opened", events[0]);
        Assert.Contains("ended", events);
        Assert.Single(events, one => one == "failed");
        Assert.Matches("<td>(127\\.0\\.0\\.0/24|::/48)</td>", browser.Page);
    }

    [Fact]
    public async Task A_guesser_fills_no_disk()
    {
        using var owner = new PortalClient(Gateway);
        await owner.EnrolAsync(Gateway, "flooded@example.org", null, "support");
        await using var db = await Db();
        var person = await PersonAsync(db, "flooded@example.org");
        var now = TimeProvider.System.GetUtcNow();
        var rows = Enumerable.Range(1, SignInEvents.MostKept + 20).Select(second => SignInEvents.Row(
            new Microsoft.AspNetCore.Http.DefaultHttpContext(), person, SignInEvents.Failed, "password",
            now.AddSeconds(second))).ToList();
        db.AddRange(rows);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        await SignInEvents.TrimAsync(db, person);
        var kept = await db.SignInEvents.AsNoTracking().Where(row => row.Person == person)
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(SignInEvents.MostKept, kept.Count);
        Assert.Contains(kept, row => row.At == rows[^1].At);
    }

    [Theory]
    [InlineData("192.0.2.77", "192.0.2.0/24")]
    [InlineData("::ffff:192.0.2.77", "192.0.2.0/24")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48")]
    [InlineData(null, "")]
    public void An_address_is_kept_as_its_network(string? address, string place) =>
        Assert.Equal(place, SignInEvents.PlaceOf(address is null ? null : IPAddress.Parse(address)));

    [Fact]
    public async Task The_last_way_in_stays_whoever_removes_it_and_however_many_at_once()
    {
        using var owner = new PortalClient(Gateway);
        await owner.EnrolAsync(Gateway, "lastway@example.org", null, "support");
        var wallets = new List<string>();
        for (var n = 0; n < 3; n++)
        {
            wallets.Add(await AddWalletAsync(owner));
        }

        await owner.GetAsync("/account");
        var answers = await Task.WhenAll(wallets.Select(
            wallet => owner.PostAsync("/account/remove", ("wallet", wallet))));
        Assert.Equal(
            [HttpStatusCode.SeeOther, HttpStatusCode.SeeOther, HttpStatusCode.Conflict],
            answers.Select(answer => answer.StatusCode).Order());
        await using var db = await Db();
        var person = await PersonAsync(db, "lastway@example.org");
        var left = await db.Wallets.Where(row => row.Person == person).Select(row => row.Address)
            .SingleAsync(TestContext.Current.CancellationToken);

        await owner.GetAsync("/account");
        using var last = await owner.PostAsync("/account/remove", ("wallet", left));
        Assert.Equal(HttpStatusCode.Conflict, last.StatusCode);
        Assert.Contains("the last way in", owner.Page, StringComparison.Ordinal);

        // What is not his takes nothing away from him, and counts for nothing.
        using var other = await owner.PostAsync("/account/remove", ("wallet", "5Else"), ("passkey", "AAAA"));
        Assert.Equal(1, await db.Wallets.CountAsync(
            row => row.Person == person, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("pt-BR,pt;q=0.9", "pt", "Senha", "Entrar com uma carteira")]
    [InlineData("es", "es", "Contraseña", "Entrar con una billetera")]
    [InlineData("en", "en", "Password", "Sign in with a wallet")]
    public async Task Sign_in_speaks_the_readers_language(string accepted, string language, params string[] texts)
    {
        using var browser = new PortalClient(Gateway);
        browser.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(accepted);
        await browser.GetAsync("/sign-in");
        var page = WebUtility.HtmlDecode(browser.Page);
        Assert.Contains($"<html lang=\"{language}\"", page, StringComparison.Ordinal);
        Assert.All(texts, text => Assert.Contains(text, page, StringComparison.Ordinal));
        foreach (var path in (string[])["/sign-in/wallet", "/setup/x", "/invite/x"])
        {
            await browser.GetAsync(path);
            Assert.Equal(
                language == "en", EnglishText().IsMatch(WebUtility.HtmlDecode(browser.Page)));
        }
    }

    private async Task<string> AddWalletAsync(PortalClient browser)
    {
        using var key = ApproverKey.Open(
            Path.Combine(Directory.CreateTempSubdirectory("gateway-wallet-").FullName, "key"));
        await browser.GetAsync(WalletPages.Path);
        await browser.PostAsync(WalletPages.Path, ("address", key.Address));
        var text = WebUtility.HtmlDecode(ShownText().Match(browser.Page).Groups["text"].Value);
        using var answer = await browser.PostAsync(WalletPages.Path + "/signature", ("signature", key.Sign(text)));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return key.Address;
    }

    private Task<PersonDb> Db() => Gateway.Services.GetRequiredService<IDbContextFactory<PersonDb>>()
        .CreateDbContextAsync(TestContext.Current.CancellationToken);

    private static Task<Guid> PersonAsync(PersonDb db, string email) => db.Users.Where(row => row.Email == email)
        .Select(row => row.Id).SingleAsync(TestContext.Current.CancellationToken);

    private static List<string> Events(string page) =>
        [.. EventRow().Matches(page).Select(match => match.Groups["what"].Value)];

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience);
            await Task.Delay(
                TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    [GeneratedRegex("<tr data-event=\"(?<what>[a-z]+)\"")]
    private static partial Regex EventRow();

    [GeneratedRegex("<pre id=\"wallet-text\">(?<text>[^<]*)</pre>")]
    private static partial Regex ShownText();

    [GeneratedRegex("Your account|Continue|Ask for a new one")]
    private static partial Regex EnglishText();
}
