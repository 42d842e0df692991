using Gateway.Api.OpenAi;
using Gateway.Api.Portal.Pages;
using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal;

/// <summary>What all answers for people have in common: the headers that keep a browser to our own scripts, the
/// visitor, and errors as pages. The API's requests pass none of it.</summary>
internal sealed partial class PortalMiddleware(
    RequestDelegate next, IVisitors visitors, ILogger<PortalMiddleware> logger)
{
    private const string Policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        + "object-src 'none'; img-src 'self' data:; media-src 'self' data: blob:";

    private static readonly string[] OtherPaths =
        ["/v1", "/docs", "/openapi", "/healthz", "/readyz", "/metrics", "/.well-known", "/assets"];

    public Task InvokeAsync(HttpContext context) =>
        Array.Exists(OtherPaths, path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal))
            ? next(context)
            : ServeAsync(context);

    private async Task ServeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(self)";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        try
        {
            if (await visitors.FindAsync(context) is { } visitor)
            {
                context.Features.Set(visitor);
            }

            await next(context);
            if (context.Response is { StatusCode: StatusCodes.Status404NotFound, HasStarted: false }
                && ReadsPages(context.Request))
            {
                await PortalPages.ShowMissingAsync(context);
            }
        }
#pragma warning disable CA1031 // The last catch of a page: its reader gets an id, the log the cause.
        catch (Exception failure) when (!context.Response.HasStarted && ReadsPages(context.Request)
            && failure is not RefusedException && !context.RequestAborted.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.Failed(logger, context.Request.Path, failure.GetBaseException().GetType().Name, failure.StackTrace);
            await PortalPages.ShowAsync<TroublePage>(
                context, "trouble", status: StatusCodes.Status500InternalServerError);
        }
    }

    private static bool ReadsPages(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

    private static partial class Log
    {
        [LoggerMessage(5800, LogLevel.Error, "The page {Path} failed: {Failure} {Place}")]
        public static partial void Failed(ILogger logger, string path, string failure, string? place);
    }
}
