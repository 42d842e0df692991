using System.Globalization;
using Gateway.Api.Hosting;
using Gateway.Api.Portal.Sessions;
using Gateway.Api.Wiring;

namespace Gateway.Api.Portal.SignIn;

/// <summary>/sign-in by password and code, and /sign-out.</summary>
internal sealed class SignInEndpoints(
    PortalSessions sessions, PortalCookie cookie, Attempts attempts, SignInBrake brake, SecondFactor codes,
    GatewaySettings settings)
{
    private const string HalfWay = "password";

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
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (back, email) = (ReturnPath.Of(form["returnUrl"]), form["email"].ToString().Trim());
        var address = context.Connection.RemoteIpAddress;
        if (brake.Wait(email, address) is { Ticks: > 0 } wait)
        {
            await WriteAsync(context, back, Slow(context, wait), StatusCodes.Status429TooManyRequests);
            return;
        }

        var check = context.RequestServices.GetRequiredService<PasswordCheck>();
        if (await check.FindAsync(email, form["password"].ToString()) is not { } person)
        {
            brake.Note(email, address);
            Told(context).Note(context, PortalSessions.ByPassword, email);
            await WriteAsync(
                context, back, PageFrame.WordsOf(context)["access.refused"], StatusCodes.Status401Unauthorized);
        }
        else if (settings.IsDevNet && person.TotpSecret is null
            && person.Email is DevNetAccount.OwnerEmail or DevNetAccount.OperatorEmail)
        {
            await EnterAsync(context, person.Id, email, back);
        }
        else
        {
            await attempts.PutAsync(context, HalfWay, $"{person.Id:N} {email}");
            await WriteCodeAsync(context, back, null, StatusCodes.Status200OK);
        }
    }

    /// <summary>The second half: a code of the person whose password came before from the same browser.</summary>
    public async Task CodeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var back = ReturnPath.Of(form["returnUrl"]);
        if (await attempts.FindAsync(context, HalfWay) is not { } state)
        {
            Redirect(context, "/sign-in" + QueryString.Create("returnUrl", back));
            return;
        }

        var (person, email) = (Guid.ParseExact(state[..32], "N"), state[33..]);
        var address = context.Connection.RemoteIpAddress;
        if (brake.Wait(email, address) is { Ticks: > 0 } wait)
        {
            await WriteCodeAsync(context, back, Slow(context, wait), StatusCodes.Status429TooManyRequests);
        }
        else if (!await codes.TakeAsync(person, form["code"].ToString()))
        {
            brake.Note(email, address);
            Told(context).Note(context, PortalSessions.ByPassword, email);
            await WriteCodeAsync(
                context, back, PageFrame.WordsOf(context)["access.code.bad"], StatusCodes.Status401Unauthorized);
        }
        else if (await attempts.TakeAsync(context, HalfWay, state))
        {
            await EnterAsync(context, person, email, back);
        }
    }

    public async Task OutAsync(HttpContext context)
    {
        if (PortalVisitor.Of(context) is { } visitor)
        {
            await sessions.EndAsync(context, visitor.PersonId, visitor.SessionId);
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

    private async Task EnterAsync(HttpContext context, Guid person, string email, string back)
    {
        brake.Forget(email, context.Connection.RemoteIpAddress);
        await sessions.OpenAsync(context, person, PortalSessions.ByPassword);
        Redirect(context, back);
    }

    private static SignInFailures Told(HttpContext context) =>
        context.RequestServices.GetRequiredService<SignInFailures>();

    private static string Slow(HttpContext context, TimeSpan wait)
    {
        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return PageFrame.WordsOf(context)["access.slow", seconds];
    }

    private static Task WriteAsync(HttpContext context, string back, string? notice, int status)
    {
        var page = new PortalPage(context, PageFrame.WordsOf(context)["shell.signin"]);
        return page
            .AddNotice(notice)
            .AddForm("/sign-in", $"""
                <input type="hidden" name="returnUrl" value="{PortalPage.Text(back)}">
                <label>{page.W("access.email")} <input name="email" type="email" autocomplete="username webauthn"
                  required maxlength="254"></label>
                <label>{page.W("access.password")} <input name="password" type="password"
                  autocomplete="current-password" required maxlength="128"></label>
                <button>{page.W("shell.signin")}</button>
                """)
            .AddPasskey("access.passkey.use", "/sign-in/passkey", back)
            .Add($"""
                <p><a href="{WalletPages.Path}?returnUrl={Uri.EscapeDataString(back)}">{page.W(
                    "access.wallet.use")}</a></p>
                """)
            .AddIssuers(back)
            .WriteAsync(status);
    }

    private static Task WriteCodeAsync(HttpContext context, string back, string? notice, int status)
    {
        var page = new PortalPage(context, PageFrame.WordsOf(context)["access.code.title"]);
        return page
            .AddNotice(notice)
            .AddForm("/sign-in/code", $"""
                <input type="hidden" name="returnUrl" value="{PortalPage.Text(back)}">
                <label>{page.W("access.code")} <input name="code" inputmode="numeric"
                  autocomplete="one-time-code" required maxlength="32" autofocus></label>
                <button>{page.W("shell.signin")}</button>
                """)
            .WriteAsync(status);
    }
}
