using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal.SignIn;

/// <summary>/setup/{token} and /invite/{token}: how people come to be.</summary>
internal sealed class LinkPages(SetupLinks links, InviteStore invites, PortalSessions sessions)
{
    /// <summary>How a session says that a link opened it.</summary>
    public const string ByLink = "link";

    private const string Gone = "This link is not good any more: it was used, or is too old. Ask for a new one.";
    private const int MaxName = 100;

    public async Task SetupAsync(HttpContext context)
    {
        var page = new PortalPage(context, "Set up your access");
        if (await links.FindAsync(TokenOf(context)) is not { } link)
        {
            await page.AddNotice(Gone).WriteAsync(StatusCodes.Status404NotFound);
            return;
        }

        await page
            .Add($"<p>This link is for {PortalPage.Text(link.Email)}. It works once: next you choose how you sign in "
                + "from then on.</p>")
            .AddForm(context.Request.Path, "<button>Continue</button>")
            .WriteAsync();
    }

    public async Task UseSetupAsync(HttpContext context)
    {
        if (await links.FindAsync(TokenOf(context)) is not { } link || !await links.TakeAsync(link))
        {
            await SetupAsync(context);
            return;
        }

        var desk = context.RequestServices.GetRequiredService<PersonDesk>();
        await sessions.OpenAsync(context, (await desk.EnrolAsync(link)).Id, ByLink);
        SignInEndpoints.Redirect(context, "/account");
    }

    public Task InviteAsync(HttpContext context) => InviteAsync(context, null, StatusCodes.Status200OK);

    public async Task AcceptAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var visitor = PortalVisitor.Of(context);
        var (email, name) = (visitor?.Email ?? form["email"].ToString().Trim(), form["name"].ToString().Trim());
        var desk = context.RequestServices.GetRequiredService<PersonDesk>();
        if (name.Length > MaxName || name.Any(char.IsControl))
        {
            await InviteAsync(
                context, $"A name has up to {MaxName} printable characters.", StatusCodes.Status400BadRequest);
        }
        else if (visitor is null && await invites.FindAsync(TokenOf(context)) is { } invite && invite.Email == email
            && await desk.IsKnownAsync(email))
        {
            PortalGuard.SendTo(context, "/sign-in");
        }
        else if (await desk.AcceptAsync(TokenOf(context), email, name, visitor?.PersonId) is { } person)
        {
            await sessions.OpenAsync(context, person, ByLink);
            SignInEndpoints.Redirect(context, visitor is null ? "/account" : ReturnPath.Home);
        }
        else
        {
            await InviteAsync(
                context, "This invite is for another address.", StatusCodes.Status403Forbidden);
        }
    }

    private async Task InviteAsync(HttpContext context, string? notice, int status)
    {
        var page = new PortalPage(context, "Join an organisation");
        if (await invites.FindAsync(TokenOf(context)) is not { } invite)
        {
            await page.AddNotice(Gone).WriteAsync(StatusCodes.Status404NotFound);
            return;
        }

        var who = PortalVisitor.Of(context) is { } visitor
            ? $"<p>You are signed in as {PortalPage.Text(visitor.Email)}.</p>"
            : """
                <label>Address that the invite was sent to <input name="email" type="email" required maxlength="254"
                  autocomplete="email"></label>
                """;
        await page.AddNotice(notice)
            .Add($"<p>You are asked to join as {PortalPage.Text(invite.Role)}.</p>")
            .AddForm(context.Request.Path, $"""
                {who}
                <label>Your name <input name="name" maxlength="100" autocomplete="name"></label>
                <button>Join</button>
                """)
            .WriteAsync(status);
    }

    private static string TokenOf(HttpContext context) => (string)context.Request.RouteValues["token"]!;
}
