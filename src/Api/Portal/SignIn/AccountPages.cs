using System.Globalization;
using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal.SignIn;

/// <summary>/account: what a person signs in with, and where he is signed in.</summary>
internal sealed class AccountPages(PortalSessions sessions)
{
    public async Task GetAsync(HttpContext context, PortalVisitor visitor)
    {
        var page = new PortalPage(context, "Account").Add($"<p>{PortalPage.Text(visitor.Email)}</p>");
        page.Add("<h2>Sessions</h2><ul>");
        foreach (var session in await sessions.ListAsync(visitor.PersonId))
        {
            page.Add("<li>").AddForm("/account/sessions/end", SessionLine(session, visitor)).Add("</li>");
        }

        page.Add("</ul>")
            .AddForm("/account/sessions/end", "<button>End all sessions</button>")
            .AddForm("/sign-out", "<button>Sign out</button>");
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

    private static string SessionLine(SessionRow session, PortalVisitor visitor)
    {
        var began = DateTimeOffset.FromUnixTimeMilliseconds(session.CreatedAt)
            .ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        var mark = session.Id == visitor.SessionId ? " (this one)" : "";
        return $"""
            <span>{PortalPage.Text(session.Agent)}, {PortalPage.Text(session.Address)}, since {began}{mark}</span>
            <input type="hidden" name="session" value="{session.Id:N}">
            <button>End</button>
            """;
    }
}
