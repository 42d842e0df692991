using Gateway.Api.Access;
using Gateway.Api.Hosting;
using Gateway.Api.OpenAi;
using Gateway.Api.Portal.Forms;
using Gateway.Api.Portal.Sessions;
using Gateway.Api.Portal.Texts;
using Gateway.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Portal;

/// <summary>What every part of a page knows: who looks, in which language and theme, and at which page.</summary>
internal sealed class PageFrame(GatewaySettings settings, TimeProvider time)
{
    public const string LanguageCookie = "gw-language";
    public const string ThemeCookie = "gw-theme";

    private HttpContext? _context;

    /// <summary>The request.</summary>
    public HttpContext Context => _context ?? throw new InvalidOperationException("No page was begun.");

    /// <summary>Which page it is: the stem of its texts' keys.</summary>
    public string Name { get; private set; } = "";

    /// <summary>What the page is called, in the place of its usual title; null: that one.</summary>
    public string? Title { get; private set; }

    /// <summary>The visitor; null on pages for everybody when nobody is signed in.</summary>
    public PortalVisitor? Visitor { get; private set; }

    /// <summary>The visitor of a page that only people signed in see.</summary>
    public PortalVisitor Me => Visitor ?? throw new InvalidOperationException("Nobody is signed in.");

    /// <summary>The organisation looked at.</summary>
    public OrgId Org => Me.OrganizationId;

    public Words W { get; private set; } = Words.In(null);

    public Figures F { get; private set; } = Figures.Of(Words.In(null));

    /// <summary><c>light</c>, <c>dark</c>, or empty for the system's.</summary>
    public string Theme { get; private set; } = "";

    public bool IsDevNet => settings.IsDevNet;

    public string Network => settings.Network;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The request's id, for people who tell us of a fault.</summary>
    public string RequestId => Context.Features.GetRequiredFeature<RequestIdentity>().Id.ToString();

    /// <summary>The address of the page, to come back to.</summary>
    public string Path => Context.Request.Path + Context.Request.QueryString.ToString();

    /// <summary>Where the API is, as the visitor reaches this page.</summary>
    public string ApiAddress => $"{Context.Request.Scheme}://{Context.Request.Host}/v1";

    /// <summary>What was wrong with the form that this page answers; null: nothing, or there was none.</summary>
    public FormFault? Fault { get; set; }

    /// <summary>What somebody typed into a field of the form that was wrong; null: nothing was wrong.</summary>
    public string? Sent(string name, string mark = "") =>
        Fault is { } fault && fault.Mark == mark && Context.Request.HasFormContentType
            ? Context.Request.Form[name].ToString()
            : null;

    /// <summary>How far the visitor may do something.</summary>
    public Reach May(Act act) => Visitor?.Authority.Of(act) ?? Reach.None;

    /// <summary>A parameter of the address, or empty.</summary>
    public string Query(string name) => Context.Request.Query[name].ToString();

    /// <summary>Sets what the page is and who sees it.</summary>
    public void Begin(HttpContext context, string name, string? title = null)
    {
        (_context, Name, Title, Visitor) = (context, name, title, PortalVisitor.Of(context));
        W = WordsOf(context);
        F = Figures.Of(W);
        var theme = Visitor?.Theme ?? context.Request.Cookies[ThemeCookie];
        Theme = theme is "light" or "dark" ? theme : "";
    }

    /// <summary>The language of who sent a request: what he chose, else his browser's.</summary>
    public static Words WordsOf(HttpContext context) => Words.In(
        PortalVisitor.Of(context)?.Language ?? context.Request.Cookies[LanguageCookie]
        ?? Words.Preferred(context.Request.Headers.AcceptLanguage.ToString()));
}
