using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;

namespace Gateway.Api.Portal.SignIn;

/// <summary>/sign-in/oidc: by an issuer of the settings, by code with PKCE (RFC 7636), state and nonce. Who somebody is
/// there is the issuer and its subject; an e-mail address links nobody to anybody.</summary>
internal sealed class OidcPages(
    IReadOnlyList<OidcClient> clients, PortalSessions sessions, Attempts attempts, PortalOrigin origin,
    TimeProvider time)
{
    public const string Path = "/sign-in/oidc";

    /// <summary>How a session says that an issuer's word opened it.</summary>
    public const string ByIssuer = "oidc";

    private const string Purpose = "oidc";
    private const int SecretBytes = 32;

    private string Redirect => origin.Text + Path;

    /// <summary>A button for each issuer.</summary>
    public PortalPage AddTo(PortalPage page, string back)
    {
        for (var i = 0; i < clients.Count; i++)
        {
            page.AddForm($"{Path}/{i.ToString(CultureInfo.InvariantCulture)}", $"""
                <input type="hidden" name="returnUrl" value="{PortalPage.Text(back)}">
                <button>{page.W("access.oidc", clients[i].Issuer.Name)}</button>
                """);
        }

        return page;
    }

    public async Task BeginAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var text = (string)context.Request.RouteValues["issuer"]!;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            || place >= clients.Count)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var (state, nonce, verifier) = (Secret(), Secret(), Secret());
        await attempts.PutAsync(
            context, Purpose, string.Join('\n', text, state, nonce, verifier, ReturnPath.Of(form["returnUrl"])));
        var issuer = clients[place].Issuer;
        var address = AddressOf(issuer, state, nonce, verifier, isFresh: PortalVisitor.Of(context) is not null);

        // A form may not lead to another site, by our own policy; a page may.
        context.Response.Headers["Refresh"] = "0;url=" + address;
        var page = new PortalPage(context, PageFrame.WordsOf(context)["shell.signin"]);
        await page
            .Add($"""<p><a href="{PortalPage.Text(address)}">{page.W("access.oidc", issuer.Name)}</a></p>""")
            .WriteAsync();
    }

    /// <summary>Where the issuer sends the browser back.</summary>
    public async Task EndAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (await attempts.FindAsync(context, Purpose) is { } begun
            && begun.Split('\n') is [var place, var state, var nonce, var verifier, var back]
            && CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(state), Encoding.UTF8.GetBytes(query["state"].ToString()))
            && await attempts.TakeAsync(context, Purpose, begun)
            && clients[int.Parse(place, CultureInfo.InvariantCulture)] is var client
            && (!query.TryGetValue("iss", out var iss) || iss == client.Issuer.Issuer)
            && await client.RedeemAsync(
                query["code"].ToString(), Redirect, verifier, nonce, OldestOf(context), context.RequestAborted)
                is { } subject
            && await EnterAsync(context, client.Issuer, subject))
        {
            SignInEndpoints.Redirect(context, back);
            return;
        }

        var words = PageFrame.WordsOf(context);
        var page = new PortalPage(context, words["shell.signin"]);
        await page
            .AddNotice(words["access.oidc.failed"])
            .Add($"""<p><a href="/sign-in">{page.W("shell.signin")}</a></p>""")
            .WriteAsync(StatusCodes.Status401Unauthorized);
    }

    // Whoever is signed in proves himself anew: what the issuer saw long ago proves nothing (OpenID Connect Core 1.0,
    // 3.1.2.1).
    private string AddressOf(OidcIssuer issuer, string state, string nonce, string verifier, bool isFresh)
    {
        var fields = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = issuer.ClientId,
            ["redirect_uri"] = Redirect,
            ["scope"] = "openid",
            ["state"] = state,
            ["nonce"] = nonce,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
            ["code_challenge_method"] = "S256",
        };
        if (isFresh)
        {
            (fields["prompt"], fields["max_age"]) = ("login", "0");
        }

        return QueryHelpers.AddQueryString(issuer.AuthorizeUrl, fields);
    }

    private DateTimeOffset? OldestOf(HttpContext context) =>
        PortalVisitor.Of(context) is null ? null : time.GetUtcNow() - PortalVisitor.StepUpLife;

    private async Task<bool> EnterAsync(HttpContext context, OidcIssuer issuer, string subject)
    {
        var people = context.RequestServices.GetRequiredService<UserManager<Person>>();
        var owner = await people.FindByLoginAsync(issuer.Issuer, subject);
        if (PortalVisitor.Of(context) is not { } visitor)
        {
            if (owner is not null)
            {
                await sessions.OpenAsync(context, owner.Id, ByIssuer);
            }

            return owner is not null;
        }

        if (owner is null && AccountPages.MayEnrol(visitor, time.GetUtcNow()))
        {
            owner = await people.FindByIdAsync(visitor.PersonId.ToString());
            await people.AddLoginAsync(owner!, new UserLoginInfo(issuer.Issuer, subject, issuer.Name));
        }

        if (owner?.Id != visitor.PersonId)
        {
            return false;
        }

        await sessions.StepUpAsync(context, visitor, ByIssuer);
        return true;
    }

    private static string Secret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
}
