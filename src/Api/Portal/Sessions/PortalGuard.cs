using System.Net;
using Gateway.Api.Hosting;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Portal.Sessions;

/// <summary>What holds for every endpoint of the portal: who sent the request, that nothing changes unless a page of
/// ours asks, and under which name pages live. The API's requests pass none of it, so there cookies say
/// nothing.</summary>
internal sealed class PortalGuard(
    RequestDelegate next, IVisitors visitors, FormToken token, PortalCookie cookie, GatewaySettings settings)
{
    private const string Policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        + "object-src 'none'; img-src 'self' data:; media-src 'self' data: blob:";

    /// <summary>The largest form or JSON that a page of the portal sends.</summary>
    public const long MaxBody = 64 * 1024;

    public async Task InvokeAsync(HttpContext context)
    {
        WriteHeaders(context);
        if (PortalVisitor.Of(context) is null && await visitors.FindAsync(context) is { } visitor)
        {
            context.Features.Set(visitor);
        }

        if (IsRead(context.Request))
        {
            if (LocalName(context) is { } address)
            {
                context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
                context.Response.Headers.Location = address;
                return;
            }
        }
        else if (!IsOwnPage(context.Request) || !LimitBody(context) || !await HasTokenAsync(context))
        {
            await RefuseAsync(context);
            return;
        }

        if (NeedsStepUp(context))
        {
            SendTo(context, PortalVisitor.Of(context) is null ? "/sign-in" : "/step-up");
            return;
        }

        await next(context);
    }

    /// <summary>Sends the browser to another page by GET; from there it comes back to this one, or to the page that its
    /// form stood on.</summary>
    public static void SendTo(HttpContext context, string page)
    {
        var back = IsRead(context.Request)
            ? context.Request.Path + context.Request.QueryString.ToString()
            : ReturnPath.Of(context.Request.GetTypedHeaders().Referer?.PathAndQuery);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = page + QueryString.Create("returnUrl", back);
    }

    private static bool IsRead(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    // Every browser that passkeys work in sends the first (W3C Fetch Metadata); a page without an origin of its own,
    // such as a sandboxed frame, sends the second as null.
    private static bool IsOwnPage(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] == "same-origin"
        && request.Headers.Origin is { Count: <= 1 } origin && origin != "null";

    // A body without a length is counted while it is read: before the token nobody has proven anything.
    private static bool LimitBody(HttpContext context)
    {
        var most = PortalVisitor.Of(context) is not null
            && context.GetEndpoint()?.Metadata.GetMetadata<BodyMark>() is { } mark ? mark.Most : MaxBody;
        if (context.Request.ContentLength is { } length && length > most)
        {
            return false;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = most;
        }

        return true;
    }

    private async Task<bool> HasTokenAsync(HttpContext context)
    {
        try
        {
            return await token.IsRightAsync(context);
        }
        catch (Exception failure) when (failure is BadHttpRequestException or InvalidDataException)
        {
            return false;
        }
    }

    private static bool NeedsStepUp(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<StepUpMark>() is not null
        && PortalVisitor.Of(context)?.IsFresh(
            context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()) != true;

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(
            "This was not sent by a page of this portal, or the page is too old. Load it again.");
    }

    // Passkeys belong to a name, and on DevNet that is localhost.
    private string? LocalName(HttpContext context)
    {
        var request = context.Request;
        return settings.IsDevNet && cookie.IsPlain(context)
            && IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)
            ? $"http://localhost:{request.Host.Port ?? 80}{request.Path}{request.QueryString}"
            : null;
    }

    private void WriteHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (!cookie.IsPlain(context))
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }
    }
}
