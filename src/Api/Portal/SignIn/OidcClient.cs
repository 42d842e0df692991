using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Api.Tokens;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gateway.Api.Portal.SignIn;

/// <summary>Asks one issuer what a code is worth.</summary>
internal sealed class OidcClient(
    OidcIssuer issuer, IssuerKeys keys, TokenCheck check, IHttpClientFactory clients) : IDisposable
{
    private const int MaxSubject = 256;

    public OidcIssuer Issuer => issuer;

    /// <summary>The subject of the token that a code becomes; null: it becomes none, or one that is not good or not for
    /// this attempt.</summary>
    /// <param name="code">As the browser brought it.</param>
    /// <param name="redirect">The address that it was made for.</param>
    /// <param name="verifier">Of PKCE.</param>
    /// <param name="nonce">Of this attempt.</param>
    /// <param name="oldest">Before this he must not have proved himself there; null: whenever. An issuer that does not
    /// say when proves nothing.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<string?> RedeemAsync(
        string code, string redirect, string verifier, string nonce, DateTimeOffset? oldest, CancellationToken ct)
    {
        if (await TokenAsync(code, redirect, verifier, ct) is not { } text || check.Read(text) is not { } token
            || token.Subject is not { Length: > 0 and <= MaxSubject } subject
            || await keys.FindAsync(token.Kid) is not { } key
            || !await check.IsGoodAsync(token, issuer.Issuer, issuer.ClientId, key))
        {
            return null;
        }

        return token.TryGetPayloadValue<string>("nonce", out var said) && said == nonce && IsFresh(token, oldest)
            ? subject
            : null;
    }

    // An issuer that is asked with max_age says when (OpenID Connect Core 1.0, 2).
    private static bool IsFresh(JsonWebToken token, DateTimeOffset? oldest) =>
        oldest is not { } since
        || (token.TryGetClaim("auth_time", out var said)
            && long.TryParse(said.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && at >= since.ToUnixTimeSeconds());

    public void Dispose() => keys.Dispose();

    private async Task<string?> TokenAsync(string code, string redirect, string verifier, CancellationToken ct)
    {
        var fields = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = redirect,
            ["client_id"] = issuer.ClientId,
            ["code_verifier"] = verifier,
        };
        try
        {
            if (issuer.SecretFile is { } file)
            {
                fields["client_secret"] = (await File.ReadAllTextAsync(file, ct)).Trim();
            }

            using var client = clients.CreateClient(IssuerKeys.Client);
            using var body = new FormUrlEncodedContent(fields);
            using var answer = await client.PostAsync(new Uri(issuer.TokenUrl), body, ct);
            return answer.IsSuccessStatusCode
                ? (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct))?["id_token"]
                : null;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException
            or InvalidOperationException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            return null;
        }
    }
}
