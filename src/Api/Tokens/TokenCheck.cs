using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Api.Tokens;

/// <summary>Reads a token and holds it to its rules (RFC 7519, with RFC 8725's advice): signed by a key of its issuer
/// by one of two algorithms, for us, of now. Nothing in its header leads anywhere.</summary>
internal sealed class TokenCheck(TimeProvider time)
{
    private const int MaxToken = 8 * 1024;

    private static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256];
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    private readonly JsonWebTokenHandler _handler =
        new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxToken };

    /// <summary>The token, nothing of it believed yet; null when it is none.</summary>
    public JsonWebToken? Read(string text)
    {
        if (text.Length > MaxToken || !_handler.CanReadToken(text))
        {
            return null;
        }

        try
        {
            var token = _handler.ReadJsonWebToken(text);

            // What a header calls critical and nobody here knows must be refused (RFC 7515, 4.1.11).
            return token.TryGetHeaderValue<object>("crit", out _) ? null : token;
        }
        catch (Exception failure) when (failure is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    /// <summary>Whether a token is its issuer's word, for that audience, now.</summary>
    public async Task<bool> IsGoodAsync(JsonWebToken token, string issuer, string audience, SecurityKey key) =>
        (await _handler.ValidateTokenAsync(token, Rules(issuer, audience, key))).IsValid;

    private TokenValidationParameters Rules(string issuer, string audience, SecurityKey key) => new()
    {
        ValidIssuer = issuer,
        ValidAudience = audience,
        ValidAlgorithms = Algorithms,
        IssuerSigningKey = key,
        TryAllIssuerSigningKeys = true,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        ValidateIssuerSigningKey = true,
        LifetimeValidator = (notBefore, expires, _, _) => IsNow(notBefore, expires),
    };

    private bool IsNow(DateTime? notBefore, DateTime? expires)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return expires is { } end && now < end + Skew && !(notBefore > now + Skew);
    }
}
