namespace Gateway.Api.Portal.SignIn;

/// <summary>The script that talks to authenticators and wallets. Every page works without it but for these two.
/// </summary>
internal static class SignInModule
{
    /// <summary>The attributes of an element whose buttons it serves.</summary>
    public static string Attributes { get; } =
        $"data-module=\"sign-in\" data-src=\"{PortalAssets.UrlOf("sign-in.js")}\"";

    /// <summary>The same of a form that takes a wallet's signature of a text.</summary>
    public static string ToSign(string address, string text) =>
        $"{Attributes} data-address=\"{PortalPage.Text(address)}\" data-text=\"{PortalPage.Text(text)}\"";
}
