using System.Buffers.Text;
using System.Globalization;
using System.Net;
using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;
using Gateway.Core;
using Microsoft.AspNetCore.Identity;

namespace Gateway.Api.Portal.SignIn;

/// <summary>/account: what a person signs in with, where he is signed in, and who tried.</summary>
internal sealed class AccountPages(
    PortalSessions sessions, SignInMeans means, PortalOrigin origin, TimeProvider time)
{
    /// <summary>Whether he may add what he signs in with: he proved himself, or signed in, just now.</summary>
    public static bool MayEnrol(PortalVisitor visitor, DateTimeOffset now) =>
        visitor.IsFresh(now) || now - visitor.SignedInAt < PortalVisitor.StepUpLife;

    public Task GetAsync(HttpContext context, PortalVisitor visitor) =>
        WriteAsync(context, visitor, null, StatusCodes.Status200OK);

    /// <summary>Ends the session that the form names, or all of them.</summary>
    public async Task EndSessionAsync(HttpContext context, PortalVisitor visitor)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        Guid? id = null;
        if (form.TryGetValue("session", out var text))
        {
            id = Guid.TryParseExact(text, "N", out var one) ? one : Guid.Empty;
        }

        await sessions.EndAsync(context, visitor.PersonId, id);
        SignInEndpoints.Redirect(context, "/account");
    }

    /// <summary>Lets the session look at another of his organisations.</summary>
    public async Task LookAsync(HttpContext context, PortalVisitor visitor)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!OrgId.TryParse(form["organization"].ToString(), out var org)
            || !await sessions.LookAtAsync(visitor, org.Value))
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        SignInEndpoints.Redirect(context, ReturnPath.Home);
    }

    /// <summary>Removes a passkey or a wallet, but never the last way in.</summary>
    public async Task RemoveAsync(HttpContext context, PortalVisitor visitor)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!MayEnrol(visitor, time.GetUtcNow()))
        {
            PortalGuard.SendTo(context, "/step-up");
            return;
        }

        var passkey = form["passkey"].ToString() is { Length: > 0 } text && Base64Url.IsValid(text)
            ? Base64Url.DecodeFromChars(text)
            : null;
        if (await means.RemoveAsync(visitor.PersonId, passkey, form["wallet"]))
        {
            SignInEndpoints.Redirect(context, "/account");
            return;
        }

        await WriteAsync(
            context, visitor, PageFrame.WordsOf(context)["account.lastway"], StatusCodes.Status409Conflict);
    }

    /// <summary>Proves a person anew, before what needs it.</summary>
    public static Task StepUpAsync(HttpContext context)
    {
        var back = ReturnPath.Of(context.Request.Query["returnUrl"]);
        var page = new PortalPage(context, PageFrame.WordsOf(context)["stepup.head"]);
        return page
            .Add($"<p>{page.W("stepup.text")}</p>")
            .AddPasskey("stepup.passkey", "/sign-in/passkey", back)
            .Add($"""
                <p><a href="{WalletPages.Path}?returnUrl={Uri.EscapeDataString(back)}">{page.W("stepup.wallet")}</a></p>
                """)
            .AddIssuers(back)
            .Add($"""<p>{page.W("stepup.neither")} <a href="/account">{page.W("stepup.add")}</a></p>""")
            .AddForm("/sign-out", $"<button>{page.W("stepup.out")}</button>")
            .WriteAsync();
    }

    private async Task WriteAsync(HttpContext context, PortalVisitor visitor, string? notice, int status)
    {
        var page = new PortalPage(context, PageFrame.WordsOf(context)["account.title"])
            .AddNotice(notice).Add($"<p>{PortalPage.Text(visitor.Email)}</p>");
        var (open, organizations) = await sessions.ListAsync(visitor.PersonId);
        AddOrganizations(page, visitor, organizations);
        await AddMeansAsync(page, visitor);
        AddSessions(page, visitor, open);
        await AddEventsAsync(page, visitor);
        await page.WriteAsync(status);
    }

    // Only for who has a choice.
    private static void AddOrganizations(
        PortalPage page, PortalVisitor visitor, List<OrganizationRow> organizations)
    {
        if (organizations.TrueForAll(one => one.Id == visitor.OrganizationId.Value))
        {
            return;
        }

        page.Add($"<h2>{page.W("account.organizations")}</h2><ul>");
        foreach (var one in organizations)
        {
            var name = $"<span>{PortalPage.Text(one.Name)}</span>";
            page.Add("<li>");
            _ = one.Id == visitor.OrganizationId.Value
                ? page.Add($"{name} {page.W("account.thisone")}")
                : page.AddForm("/account/organization", $"""
                    {name} <input type="hidden" name="organization" value="{new OrgId(one.Id)}">
                    <button class="quiet small">{page.W("account.organizations.open")}</button>
                    """);
            page.Add("</li>");
        }

        page.Add("</ul>");
    }

    private async Task AddMeansAsync(PortalPage page, PortalVisitor visitor)
    {
        page.Add($"<h2>{page.W("account.passkeys")}</h2><ul>");
        foreach (var (passkey, id, isLocked) in await means.PasskeysAsync(visitor.PersonId))
        {
            page.Add("<li>").AddForm("/account/remove", PasskeyLine(page, passkey, id, isLocked)).Add("</li>");
        }

        page.Add("</ul>").AddPasskey("account.passkeys.add", "/account/passkeys", "/account");
        page.Add($"<h2>{page.W("account.wallets")}</h2><ul>");
        var (wallets, codes) = await means.WalletsAsync(visitor.PersonId);
        foreach (var address in wallets)
        {
            page.Add("<li>").AddForm("/account/remove", $"""
                <code>{PortalPage.Text(address)}</code>
                <input type="hidden" name="wallet" value="{PortalPage.Text(address)}">
                <button class="quiet small">{page.W("account.remove")}</button>
                """).Add("</li>");
        }

        page.Add($"""
            </ul><p><a href="{WalletPages.Path}?returnUrl=/account">{page.W("account.wallets.add")}</a></p>
            <h2>{page.W("access.password")}</h2>
            <p><a href="/account/password">{page.W("account.password.set")}</a>; {page.Count(
                "account.recovery", codes)}</p>
            """);
        page.AddIssuers("/account");
    }

    // What an operator writes into the signer's own list, so that this passkey's word counts there.
    private string PasskeyLine(PortalPage page, IdentityPasskeyData passkey, byte[] id, bool isLocked) => $"""
        <span>{page.W("account.since", passkey.Name ?? "", Day(passkey.CreatedAt))}{(isLocked
            ? ". " + page.W("account.locked") : "")}</span>
        <details><summary>{page.W("account.signer")}</summary>
          <code>{origin.Domain}:{Base64Url.EncodeToString(passkey.PublicKey)}</code></details>
        <input type="hidden" name="passkey" value="{Base64Url.EncodeToString(id)}">
        <button class="quiet small">{page.W("account.remove")}</button>
        """;

    private static void AddSessions(PortalPage page, PortalVisitor visitor, List<SessionRow> open)
    {
        page.Add($"<h2>{page.W("account.sessions")}</h2><ul>");
        foreach (var session in open)
        {
            page.Add("<li>").AddForm("/account/sessions/end", SessionLine(page, session, visitor)).Add("</li>");
        }

        page.Add("</ul>")
            .AddForm("/account/sessions/end", $"<button class=\"danger\">{page.W("account.sessions.end")}</button>")
            .AddForm("/sign-out", $"<button class=\"quiet\">{page.W("shell.signout")}</button>");
    }

    private static string SessionLine(PortalPage page, SessionRow session, PortalVisitor visitor)
    {
        var began = Day(DateTimeOffset.FromUnixTimeMilliseconds(session.CreatedAt));
        var mark = session.Id == visitor.SessionId ? " " + page.W("account.thisone") : "";
        return $"""
            <span>{page.W(
                "account.session", session.Agent, session.Address, How(page, session.How), began)}{mark}</span>
            <input type="hidden" name="session" value="{session.Id:N}">
            <button class="quiet small">{page.W("account.end")}</button>
            """;
    }

    private async Task AddEventsAsync(PortalPage page, PortalVisitor visitor)
    {
        page.Add($"""
            <h2>{page.W("account.last")}</h2><p>{page.W("account.last.note")}</p>
            <div class="scroll" tabindex="0" role="region" aria-label="{page.W("account.last")}"><table><thead><tr>
            <th scope="col">{page.W("activity.time")}</th><th scope="col">{page.W("account.what")}</th>
            <th scope="col">{page.W("account.how")}</th><th scope="col">{page.W("account.place")}</th>
            <th scope="col">{page.W("account.agent")}</th></tr></thead><tbody>
            """);
        foreach (var one in await means.EventsAsync(visitor.PersonId))
        {
            page.Add($"""
                <tr data-event="{one.What}"><th scope="row" class="t">{Day(
                    DateTimeOffset.FromUnixTimeMilliseconds(one.At))}</th>
                <td class="t">{page.W($"account.event.{one.What}")}</td>
                <td>{page.W($"account.by.{one.How}")}</td><td>{PortalPage.Text(one.Place)}</td>
                <td>{PortalPage.Text(one.Agent)}</td></tr>
                """);
        }

        page.Add("</tbody></table></div>");
    }

    private static string How(PortalPage page, string how) => WebUtility.HtmlDecode(page.W($"account.by.{how}"));

    private static string Day(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
