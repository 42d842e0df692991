using System.Buffers.Text;
using System.Globalization;
using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;
using Microsoft.AspNetCore.Identity;

namespace Gateway.Api.Portal.SignIn;

/// <summary>/account: what a person signs in with, and where he is signed in.</summary>
internal sealed class AccountPages(
    PortalSessions sessions, WalletPages wallets, RecoveryCodes recovery, PortalOrigin origin, TimeProvider time)
{
    /// <summary>Whether he may add what he signs in with: he proved himself, or signed in, just now.</summary>
    public static bool MayEnrol(PortalVisitor visitor, DateTimeOffset now) =>
        visitor.IsFresh(now) || now - visitor.SignedInAt < PortalVisitor.StepUpLife;

    public async Task GetAsync(HttpContext context, PortalVisitor visitor)
    {
        var page = new PortalPage(context, "Account").Add($"<p>{PortalPage.Text(visitor.Email)}</p>");
        await AddMeansAsync(context, page, visitor);
        await AddSessionsAsync(page, visitor);
        await page.WriteAsync();
    }

    /// <summary>Ends the session that the form names, or all of them.</summary>
    public async Task EndSessionAsync(HttpContext context, PortalVisitor visitor)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        Guid? id = null;
        if (form.TryGetValue("session", out var text))
        {
            id = Guid.TryParseExact(text, "N", out var one) ? one : Guid.Empty;
        }

        await sessions.EndAsync(visitor.PersonId, id);
        SignInEndpoints.Redirect(context, "/account");
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

        if (await CountAsync(context, visitor) > 1)
        {
            if (form["wallet"].ToString() is { Length: > 0 } address)
            {
                await wallets.RemoveAsync(visitor.PersonId, address);
            }
            else if (Base64Url.IsValid(form["passkey"].ToString()))
            {
                await context.RequestServices.GetRequiredService<Passkeys>().RemoveAsync(
                    visitor.PersonId, Base64Url.DecodeFromChars(form["passkey"].ToString()));
            }
        }

        SignInEndpoints.Redirect(context, "/account");
    }

    /// <summary>Proves a person anew, before what needs it.</summary>
    public static Task StepUpAsync(HttpContext context)
    {
        var back = ReturnPath.Of(context.Request.Query["returnUrl"]);
        return new PortalPage(context, "Is it you?")
            .Add("<p>What comes next needs a proof of the last five minutes. A password does not count here.</p>")
            .Add(PasskeyPages.Button("Use a passkey", "/sign-in/passkey", back))
            .Add($"""<p><a href="{WalletPages.Path}?returnUrl={Uri.EscapeDataString(back)}">Use a wallet</a></p>""")
            .AddIssuers(back)
            .Add("""<p>You have neither? <a href="/account">Add one</a> within five minutes of signing in.</p>""")
            .AddForm("/sign-out", "<button>Sign out, to sign in again</button>")
            .WriteAsync();
    }

    private async Task<int> CountAsync(HttpContext context, PortalVisitor visitor)
    {
        var passkeys = await context.RequestServices.GetRequiredService<Passkeys>().ListAsync(visitor.PersonId);
        var people = context.RequestServices.GetRequiredService<UserManager<Person>>();
        var person = await people.FindByIdAsync(visitor.PersonId.ToString());
        return passkeys.Count(one => !one.IsLocked) + (await wallets.ListAsync(visitor.PersonId)).Count
            + (person!.PasswordHash is null ? 0 : 1);
    }

    private async Task AddMeansAsync(HttpContext context, PortalPage page, PortalVisitor visitor)
    {
        page.Add("<h2>Passkeys</h2><ul>");
        foreach (var (passkey, isLocked) in
            await context.RequestServices.GetRequiredService<Passkeys>().ListAsync(visitor.PersonId))
        {
            page.Add("<li>").AddForm("/account/remove", PasskeyLine(passkey, isLocked)).Add("</li>");
        }

        page.Add("</ul>").Add(PasskeyPages.Button("Add a passkey", "/account/passkeys", "/account"));
        page.Add("<h2>Wallets</h2><ul>");
        foreach (var address in await wallets.ListAsync(visitor.PersonId))
        {
            page.Add("<li>").AddForm("/account/remove", $"""
                <code>{PortalPage.Text(address)}</code>
                <input type="hidden" name="wallet" value="{PortalPage.Text(address)}"><button>Remove</button>
                """).Add("</li>");
        }

        var codes = await recovery.CountAsync(visitor.PersonId);
        page.Add($"""
            </ul><p><a href="{WalletPages.Path}?returnUrl=/account">Add a wallet</a></p>
            <h2>Password</h2>
            <p><a href="/account/password">Set a password with an authenticator</a>; {codes.ToString(
                CultureInfo.InvariantCulture)} recovery codes are left.</p>
            """);
        page.AddIssuers("/account");
    }

    // What an operator writes into the signer's own list, so that this passkey's word counts there.
    private string PasskeyLine(UserPasskeyInfo passkey, bool isLocked) => $"""
        <span>{PortalPage.Text(passkey.Name ?? "")}, since {Day(passkey.CreatedAt)}{(isLocked
            ? ". Locked: its counter fell, so it may have been copied" : "")}</span>
        <details><summary>For the signer's list</summary>
          <code>{origin.Domain}:{Base64Url.EncodeToString(passkey.PublicKey)}</code></details>
        <input type="hidden" name="passkey" value="{Base64Url.EncodeToString(passkey.CredentialId)}">
        <button>Remove</button>
        """;

    private async Task AddSessionsAsync(PortalPage page, PortalVisitor visitor)
    {
        page.Add("<h2>Sessions</h2><ul>");
        foreach (var session in await sessions.ListAsync(visitor.PersonId))
        {
            page.Add("<li>").AddForm("/account/sessions/end", SessionLine(session, visitor)).Add("</li>");
        }

        page.Add("</ul>")
            .AddForm("/account/sessions/end", "<button>End all sessions</button>")
            .AddForm("/sign-out", "<button>Sign out</button>");
    }

    private static string SessionLine(SessionRow session, PortalVisitor visitor)
    {
        var began = Day(DateTimeOffset.FromUnixTimeMilliseconds(session.CreatedAt));
        var mark = session.Id == visitor.SessionId ? " (this one)" : "";
        return $"""
            <span>{PortalPage.Text(session.Agent)}, {PortalPage.Text(session.Address)}, by {session.How}, since
              {began}{mark}</span>
            <input type="hidden" name="session" value="{session.Id:N}">
            <button>End</button>
            """;
    }

    private static string Day(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
