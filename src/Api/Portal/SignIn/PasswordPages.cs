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
        if (ProblemOf(password, form["again"].ToString(), visitor.Email) is { } key)
        {
            await WriteAsync(
                context, PageFrame.WordsOf(context)[key, PasswordRules.Least, PasswordRules.Most],
                StatusCodes.Status400BadRequest);
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
                context, visitor, codes.TextOf(visitor.PersonId, box), PageFrame.WordsOf(context)["access.totp.bad"],
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
        var page = new PortalPage(context, PageFrame.WordsOf(context)["access.recovery"]);
        page.Add($"<p>{page.W("access.recovery.text")}</p><ul>");
        foreach (var one in await recovery.RenewAsync(visitor.PersonId))
        {
            page.Add($"<li><code>{one}</code></li>");
        }

        await page.Add($"""</ul><p><a href="/account">{page.W("access.done")}</a></p>""").WriteAsync();
    }

    private static string? ProblemOf(string password, string again, string email) =>
        password != again ? "access.new.differ"
        : password.Length is < PasswordRules.Least or > PasswordRules.Most ? "access.new.length"
        : PasswordRules.Problem(password, email) is null ? null : "access.new.common";

    private static Task WriteAsync(HttpContext context, string? notice, int status)
    {
        var page = new PortalPage(context, PageFrame.WordsOf(context)["access.password"]);
        return page
            .AddNotice(notice)
            .Add($"<p>{page.W("access.new.text", PasswordRules.Least, PasswordRules.Most)}</p>")
            .AddForm("/account/password", $"""
                <label>{page.W("access.new")} <input name="password" type="password" autocomplete="new-password"
                  required minlength="12" maxlength="128"></label>
                <label>{page.W("access.new.again")} <input name="again" type="password" autocomplete="new-password"
                  required></label>
                <button>{page.W("access.continue")}</button>
                """)
            .WriteAsync(status);
    }

    private static Task WriteSecretAsync(
        HttpContext context, PortalVisitor visitor, string secret, string? notice, int status)
    {
        var page = new PortalPage(context, PageFrame.WordsOf(context)["access.totp"]);
        var address = PortalPage.Text(Totp.ToAddress(secret, visitor.Email, "Gateway"));
        return page
            .AddNotice(notice)
            .Add($"""
                <p>{page.W("access.totp.text")}</p>
                <p><a href="{address}">{page.W("access.totp.here")}</a></p>
                <p>{page.W("access.totp.type")} <code id="totp-secret">{secret}</code></p>
                """)
            .AddForm("/account/password/confirm", $"""
                <label>{page.W("access.totp.code")} <input name="code" inputmode="numeric" autocomplete="one-time-code"
                  required maxlength="10"></label>
                <button>{page.W("access.totp.go")}</button>
                """)
            .WriteAsync(status);
    }
}
