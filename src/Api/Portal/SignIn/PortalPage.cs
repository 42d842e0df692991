using System.Text;
using System.Text.Encodings.Web;
using Gateway.Api.Portal.Pages;
using Gateway.Api.Portal.Sessions;
using Gateway.Api.Portal.Texts;

namespace Gateway.Api.Portal.SignIn;

/// <summary>A page of the sign-in, in parts: every text that goes in is encoded, every form carries its
/// token.</summary>
internal sealed class PortalPage(HttpContext context, string title)
{
    private readonly StringBuilder _text = new();
    private readonly Words _words = PageFrame.WordsOf(context);

    /// <summary>A text of anybody's as HTML.</summary>
    public static string Text(string text) => HtmlEncoder.Default.Encode(text);

    /// <summary>A text of ours in the reader's language, as HTML.</summary>
    public string W(string key, params ReadOnlySpan<object?> values) => Text(_words[key, values]);

    /// <summary>The same for a number of things.</summary>
    public string Count(string key, long number) => Text(_words.Count(key, number));

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

    /// <summary>A button that uses a passkey.</summary>
    public PortalPage AddPasskey(string key, string path, string back) =>
        Add(PasskeyPages.Button(_words[key], path, back, _words["access.failed"]));

    /// <summary>A button for each issuer whose word counts here.</summary>
    public PortalPage AddIssuers(string back) =>
        context.RequestServices.GetRequiredService<OidcPages>().AddTo(this, back);

    public Task WriteAsync(int status = StatusCodes.Status200OK) => PortalPages.ShowAsync<MarkupPage>(
        context, "account", new { Markup = _text.ToString() }, status, title);
}
