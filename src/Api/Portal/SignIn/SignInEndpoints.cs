using Gateway.Api.Portal.Sessions;
using Gateway.Api.Wiring;

namespace Gateway.Api.Portal.SignIn;

/// <summary>/sign-in and /sign-out.</summary>
internal sealed class SignInEndpoints(PortalSessions sessions, PortalCookie cookie)
{
    private const string Refused = "The address or the password is wrong.";

    public static Task GetAsync(HttpContext context)
    {
        var back = ReturnPath.Of(context.Request.Query["returnUrl"]);
        if (PortalVisitor.Of(context) is null)
        {
            return WriteAsync(context, back, null, StatusCodes.Status200OK);
        }

        Redirect(context, back);
        return Task.CompletedTask;
    }

    public async Task PostAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var back = ReturnPath.Of(form["returnUrl"]);
        var check = context.RequestServices.GetRequiredService<PasswordCheck>();
        if (await check.FindAsync(form["email"].ToString().Trim(), form["password"].ToString()) is not { } person)
        {
            await WriteAsync(context, back, Refused, StatusCodes.Status401Unauthorized);
            return;
        }

        if (person.Email != DevNetAccount.OwnerEmail)
        {
            await WriteAsync(context, back, Refused, StatusCodes.Status401Unauthorized);
            return;
        }

        await sessions.OpenAsync(context, person.Id, PortalSessions.ByPassword);
        Redirect(context, back);
    }

    public async Task OutAsync(HttpContext context)
    {
        if (PortalVisitor.Of(context) is { } visitor)
        {
            await sessions.EndAsync(visitor.PersonId, visitor.SessionId);
        }

        cookie.Drop(context, PortalCookie.Session);
        Redirect(context, "/sign-in");
    }

    /// <summary>Sends the browser on by GET, whatever it sent.</summary>
    public static void Redirect(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
    }

    private static Task WriteAsync(HttpContext context, string back, string? notice, int status) =>
        new PortalPage(context, "Sign in")
            .AddNotice(notice)
            .AddForm("/sign-in", $"""
                <input type="hidden" name="returnUrl" value="{PortalPage.Text(back)}">
                <label>E-mail <input name="email" type="email" autocomplete="username" required maxlength="254"></label>
                <label>Password <input name="password" type="password" autocomplete="current-password" required
                  maxlength="128"></label>
                <button>Sign in</button>
                """)
            .WriteAsync(status);
}
