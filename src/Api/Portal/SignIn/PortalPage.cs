using System.Text;
using System.Text.Encodings.Web;
using Gateway.Api.Portal.Pages;
using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal.SignIn;

/// <summary>A page of the sign-in, in parts: every text that goes in is encoded, every form carries its
/// token.</summary>
internal sealed class PortalPage(HttpContext context, string title)
{
    private readonly StringBuilder _text = new();

    /// <summary>A text of anybody's as HTML.</summary>
    public static string Text(string text) => HtmlEncoder.Default.Encode(text);

    /// <summary>Adds markup of our own; texts in it went through <see cref="Text"/>.</summary>
    public PortalPage Add(string markup)
    {
        _text.Append(markup).Append('\n');
        return this;
    }

    /// <summary>What went wrong or well, read out to who cannot see it.</summary>
    public PortalPage AddNotice(string? text) => text is null
        ? this
        : Add($"""<p class="notice" role="alert">{Text(text)}</p>""");

    /// <summary>A form that posts to a page of ours.</summary>
    public PortalPage AddForm(string action, string markup, string attributes = "")
    {
        var token = context.RequestServices.GetRequiredService<FormToken>().Of(context);
        return Add($"""
            <form method="post" action="{Text(action)}" {attributes}>
            <input type="hidden" name="{FormToken.Field}" value="{token}">
            {markup}
            </form>
            """);
    }

    /// <summary>A button for each issuer whose word counts here.</summary>
    public PortalPage AddIssuers(string back) =>
        context.RequestServices.GetRequiredService<OidcPages>().AddTo(this, back);

    public Task WriteAsync(int status = StatusCodes.Status200OK) => PortalPages.ShowAsync<MarkupPage>(
        context, "account", new { Markup = _text.ToString() }, status, title);
}
