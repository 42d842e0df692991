namespace Gateway.Api.Portal.SignIn;

/// <summary>The script that talks to authenticators and wallets. Every page works without it but for these two.
/// </summary>
internal static class SignInModule
{
    public const string Path = "/sign-in/module.js";

    /// <summary>Loads it; the browser runs it once however often a page says so.</summary>
    public const string Script = $"""<script type="module" src="{Path}"></script>""";

    private const string Resource = "portal.assets.sign-in.js";

    public static async Task ServeAsync(HttpContext context)
    {
        await using var script = typeof(SignInModule).Assembly.GetManifestResourceStream(Resource)!;
        context.Response.ContentType = "text/javascript; charset=utf-8";
        context.Response.ContentLength = script.Length;
        await script.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
