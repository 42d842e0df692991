using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;
using Microsoft.AspNetCore.Identity;

namespace Gateway.Api.Portal.SignIn;

/// <summary>/account/password: a password comes with an authenticator or not at all.</summary>
internal sealed class PasswordPages(
    Attempts attempts, SecondFactor codes, RecoveryCodes recovery, PortalSessions sessions)
{
    private const string Purpose = "new-password";

    public static Task GetAsync(HttpContext context) =>
        WriteAsync(context, null, StatusCodes.Status200OK);

    /// <summary>Takes the new password, and shows the secret for the authenticator; neither holds yet.</summary>
    public async Task PostAsync(HttpContext context, PortalVisitor visitor)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var password = form["password"].ToString();
        var problem = password != form["again"].ToString()
            ? "The two passwords differ."
            : PasswordRules.Problem(password, visitor.Email);
        if (problem is not null)
        {
            await WriteAsync(context, problem, StatusCodes.Status400BadRequest);
            return;
        }

        var hasher = context.RequestServices.GetRequiredService<IPasswordHasher<Person>>();
        var hash = hasher.HashPassword(new Person { CreatedAt = 0 }, password);
        var (box, text) = codes.NewSecret(visitor.PersonId);
        await attempts.PutAsync(context, Purpose, $"{visitor.PersonId:N} {hash} {box}");
        await WriteSecretAsync(context, visitor, text, null, StatusCodes.Status200OK);
    }

    /// <summary>Takes the authenticator's first code: from now on both hold, and other sessions end.</summary>
    public async Task ConfirmAsync(HttpContext context, PortalVisitor visitor)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (await attempts.FindAsync(context, Purpose) is not { } state
            || state.Split(' ') is not [var id, var hash, var box]
            || id != visitor.PersonId.ToString("N"))
        {
            SignInEndpoints.Redirect(context, "/account/password");
            return;
        }

        var code = string.Concat(form["code"].ToString().Where(char.IsAsciiDigit));
        if (codes.Match(visitor.PersonId, box, code) is not { } step)
        {
            await WriteSecretAsync(
                context, visitor, codes.TextOf(visitor.PersonId, box), "This is not the code that it shows now.",
                StatusCodes.Status400BadRequest);
            return;
        }

        if (await attempts.TakeAsync(context, Purpose, state))
        {
            await SetAsync(context, visitor, hash, box, step);
        }
    }

    private async Task SetAsync(HttpContext context, PortalVisitor visitor, string hash, string box, long step)
    {
        var people = context.RequestServices.GetRequiredService<UserManager<Person>>();
        var person = await people.FindByIdAsync(visitor.PersonId.ToString());
        (person!.PasswordHash, person.TotpSecret, person.TotpStep) = (hash, box, step);
        await people.UpdateSecurityStampAsync(person);
        await sessions.EndOthersAsync(visitor);
        var page = new PortalPage(context, "Recovery codes").Add(
            "<p>Keep these ten codes where you find them without your telephone. Each signs you in once, beside your "
            + "password. They are not shown again.</p><ul>");
        foreach (var one in await recovery.RenewAsync(visitor.PersonId))
        {
            page.Add($"<li><code>{one}</code></li>");
        }

        await page.Add("""</ul><p><a href="/account">Done</a></p>""").WriteAsync();
    }

    private static Task WriteAsync(HttpContext context, string? notice, int status) =>
        new PortalPage(context, "Password")
            .AddNotice(notice)
            .Add($"<p>{PasswordRules.Least} to {PasswordRules.Most} characters. A code of your authenticator goes with "
                + "it at every sign-in.</p>")
            .AddForm("/account/password", """
                <label>New password <input name="password" type="password" autocomplete="new-password" required
                  minlength="12" maxlength="128"></label>
                <label>The same again <input name="again" type="password" autocomplete="new-password" required></label>
                <button>Continue</button>
                """)
            .WriteAsync(status);

    private static Task WriteSecretAsync(
        HttpContext context, PortalVisitor visitor, string secret, string? notice, int status) =>
        new PortalPage(context, "Authenticator")
            .AddNotice(notice)
            .Add($"""
                <p>Add this to your authenticator app, then type the code that it shows.</p>
                <p><a href="{PortalPage.Text(Totp.ToAddress(secret, visitor.Email, "Gateway"))}">Add it on this
                  device</a>, or type: <code id="totp-secret">{secret}</code></p>
                """)
            .AddForm("/account/password/confirm", """
                <label>Code <input name="code" inputmode="numeric" autocomplete="one-time-code" required
                  maxlength="10"></label>
                <button>Confirm</button>
                """)
            .WriteAsync(status);
}
