using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal.SignIn;

/// <summary>/setup/{token} and /invite/{token}: how people come to be.</summary>
internal sealed class LinkPages(SetupLinks links, InviteStore invites, PortalSessions sessions)
{
    /// <summary>How a session says that a link opened it.</summary>
    public const string ByLink = "link";

    private const int MaxName = 100;

    public async Task SetupAsync(HttpContext context)
    {
        var words = PageFrame.WordsOf(context);
        var page = new PortalPage(context, words["access.setup"]);
        if (await links.FindAsync(TokenOf(context)) is not { } link)
        {
            await page.AddNotice(words["access.link.gone"]).WriteAsync(StatusCodes.Status404NotFound);
            return;
        }

        await page
            .Add($"<p>{page.W("access.setup.text", link.Email)}</p>")
            .AddForm(context.Request.Path, $"<button>{page.W("access.continue")}</button>")
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
                context, PageFrame.WordsOf(context)["access.join.bad", MaxName], StatusCodes.Status400BadRequest);
        }
        else if (visitor is null && await invites.FindAsync(TokenOf(context)) is { } invite && invite.Email == email
            && await desk.IsKnownAsync(email))
        {
            PortalGuard.SendTo(context, "/sign-in");
        }
        else if (await desk.AcceptAsync(TokenOf(context), email, name, visitor?.PersonId) is { } member)
        {
            await EnterAsync(context, visitor, member);
        }
        else
        {
            await InviteAsync(
                context, PageFrame.WordsOf(context)["access.join.other"], StatusCodes.Status403Forbidden);
        }
    }

    // Whoever is signed in stays so: an invite says nothing of who he is, so it neither opens a session nor proves one.
    private async Task EnterAsync(HttpContext context, PortalVisitor? visitor, MemberRow member)
    {
        if (visitor is null)
        {
            await sessions.OpenAsync(context, member.Person!.Value, ByLink);
            SignInEndpoints.Redirect(context, "/account");
            return;
        }

        await sessions.LookAtAsync(visitor, member.Org);
        SignInEndpoints.Redirect(context, ReturnPath.Home);
    }

    private async Task InviteAsync(HttpContext context, string? notice, int status)
    {
        var words = PageFrame.WordsOf(context);
        var page = new PortalPage(context, words["access.join"]);
        if (await invites.FindAsync(TokenOf(context)) is not { } invite)
        {
            await page.AddNotice(words["access.link.gone"]).WriteAsync(StatusCodes.Status404NotFound);
            return;
        }

        var who = PortalVisitor.Of(context) is { } visitor
            ? $"<p>{page.W("access.join.who", visitor.Email)}</p>"
            : $"""
                <label>{page.W("access.join.address")} <input name="email" type="email" required maxlength="254"
                  autocomplete="email"></label>
                """;
        await page.AddNotice(notice)
            .Add($"<p>{page.W("access.join.role", invite.Role)}</p>")
            .AddForm(context.Request.Path, $"""
                {who}
                <label>{page.W("access.join.name")} <input name="name" maxlength="100" autocomplete="name"></label>
                <button>{page.W("access.join.go")}</button>
                """)
            .WriteAsync(status);
    }

    private static string TokenOf(HttpContext context) => (string)context.Request.RouteValues["token"]!;
}
