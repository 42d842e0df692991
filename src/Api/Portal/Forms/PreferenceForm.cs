using Gateway.Api.Portal.Texts;

namespace Gateway.Api.Portal.Forms;

/// <summary>POST /preferences: language and theme, kept in the browser. Nobody needs to be signed in.</summary>
internal static class PreferenceForm
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    public static async Task PostAsync(HttpContext context)
    {
        var (language, theme) =
            (await PortalForm.FieldAsync(context, "language"), await PortalForm.FieldAsync(context, "theme"));
        if (Words.Languages.Contains(language))
        {
            Keep(context, PageFrame.LanguageCookie, language);
        }

        if (theme is "light" or "dark" or "system")
        {
            Keep(context, PageFrame.ThemeCookie, theme);
        }

        PortalForm.GoTo(context, await PortalForm.FieldAsync(context, "returnUrl"));
    }

    private static void Keep(HttpContext context, string name, string value) =>
        context.Response.Cookies.Append(name, value, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = Life,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        });
}
