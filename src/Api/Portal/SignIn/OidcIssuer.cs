using Gateway.Api.Tokens;

namespace Gateway.Api.Portal.SignIn;

/// <summary>Another place where people prove who they are (OpenID Connect Core 1.0). Its addresses are the operator's
/// word; nothing that it sends points anywhere else.</summary>
/// <param name="Name">As the button names it.</param>
/// <param name="Issuer">The exact <c>iss</c>.</param>
/// <param name="ClientId">Who we are there, and the exact <c>aud</c>.</param>
/// <param name="SecretFile">What it knows us by; null: by PKCE alone.</param>
/// <param name="AuthorizeUrl">Where the browser goes.</param>
/// <param name="TokenUrl">Where a code becomes a token.</param>
/// <param name="KeysUrl">Where its public keys are.</param>
internal sealed record OidcIssuer(
    string Name, string Issuer, string ClientId, string? SecretFile, string AuthorizeUrl, string TokenUrl,
    string KeysUrl)
{
    public static OidcIssuer Read(IConfigurationSection section) => new(
        section["Name"] ?? section["Issuer"] ?? "",
        section["Issuer"] ?? "",
        section["ClientId"] ?? "",
        section["SecretFile"],
        section["AuthorizeUrl"] ?? "",
        section["TokenUrl"] ?? "",
        section["KeysUrl"] ?? "");

    /// <summary>The same for whoever checks its tokens.</summary>
    public TokenIssuer ToTokenIssuer() => new(Issuer, ClientId, null, KeysUrl, []);

    /// <summary>Problems that only show when settings are seen together.</summary>
    public static IEnumerable<string> Problems(IReadOnlyList<OidcIssuer> issuers)
    {
        for (var i = 0; i < issuers.Count; i++)
        {
            var one = issuers[i];
            if (new[] { one.Issuer, one.ClientId, one.AuthorizeUrl, one.TokenUrl, one.KeysUrl }.Contains(""))
            {
                yield return $"Gateway:Portal:Oidc:{i} needs Issuer, ClientId, AuthorizeUrl, TokenUrl and KeysUrl.";
            }

            if (issuers.Take(i).Any(other => other.Issuer == one.Issuer))
            {
                yield return $"Gateway:Portal:Oidc:{i}:Issuer stands twice.";
            }
        }
    }
}
