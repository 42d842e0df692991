namespace Gateway.Api.Portal.SignIn;

/// <summary>The script that talks to authenticators and wallets. Every page works without it but for these two.
/// </summary>
internal static class SignInModule
{
    /// <summary>The attributes of an element whose buttons it serves.</summary>
    public static string Attributes { get; } =
        $"data-module=\"sign-in\" data-src=\"{PortalAssets.UrlOf("sign-in.js")}\"";
}
