using Gateway.Api.OpenAi;

namespace Gateway.Api.Portal;

/// <summary>Which posts come from the portal's own pages.</summary>
internal static class PortalForm
{
    private const int MaxBody = 64 * 1024;

    /// <summary>Whether a browser says that one of our own pages sent it: what a page of another site sends says so
    /// too, or says nothing (W3C Fetch Metadata; RFC 6454). A request with neither header is refused.</summary>
    public static bool IsOwn(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();
        var own = $"{request.Scheme}://{request.Host}";
        return request.HasFormContentType
            && request.ContentLength is null or <= MaxBody
            && (site.Length == 0 ? origin == own : site == "same-origin")
            && (origin.Length == 0 || string.Equals(origin, own, StringComparison.OrdinalIgnoreCase));
    }

    public static Task RefuseAsync(HttpContext context) => new OpenAiError(StatusCodes.Status403Forbidden,
        "permission_error", "cross_site_request", "This form was not sent by a page of this portal.")
        .WriteAsync(context);

    /// <summary>A field of the form, trimmed; empty when it is not there.</summary>
    public static async Task<string> FieldAsync(HttpContext context, string name) =>
        (await context.Request.ReadFormAsync(context.RequestAborted))[name].ToString().Trim();

    /// <summary>Sends the browser on to a page, by GET.</summary>
    public static void GoTo(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = IsLocal(path) ? path : "/";
    }

    /// <summary>Whether an address stays on this site: one slash, then neither a slash nor a backslash, which browsers
    /// read as one, and nothing that could end the header.</summary>
    public static bool IsLocal(string path) =>
        path.Length > 0 && path[0] == '/' && (path.Length == 1 || path[1] is not ('/' or '\\'))
        && !path.Any(char.IsControl);
}
