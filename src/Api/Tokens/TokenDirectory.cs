using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Gateway.Api.Access;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Api.Tokens;

/// <summary>Finds who a token of a configured issuer belongs to (RFC 7519, with RFC 8725's advice): signed by a key of
/// that issuer's set by one of two algorithms, for us, of now.</summary>
internal sealed class TokenDirectory(
    IReadOnlyList<IssuerKeys> issuers, IDbContextFactory<AccessDb> contexts, TimeProvider time)
{
    private const int MaxToken = 8 * 1024;
    private const int MaxSubject = 256;
    private const int MaxKnown = 10_000;

    private static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256];
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    // A role or a limit that changed is noticed within this time, as of keys.
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);

    private readonly JsonWebTokenHandler _handler =
        new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxToken };

    private readonly ConcurrentDictionary<(string Issuer, string Subject), Known> _known = new();

    /// <summary>Whether any issuer is configured.</summary>
    public bool IsOn => issuers.Count > 0;

    /// <summary>The caller of a token; null when it is not good, or its subject is nobody here.</summary>
    public async ValueTask<Caller?> FindAsync(string text)
    {
        if (Read(text) is not { } token || Issuer(token) is not { } keys
            || token.Subject is not { Length: > 0 and <= MaxSubject } subject
            || await keys.FindAsync(token.Kid) is not { } key)
        {
            return null;
        }

        var result = await _handler.ValidateTokenAsync(token, Rules(keys.Issuer, key));
        return result.IsValid && keys.Issuer.Subjects.FirstOrDefault(one => one.Matches(subject)) is { } known
            ? await CallerAsync(keys.Issuer.Issuer, subject, known)
            : null;
    }

    private JsonWebToken? Read(string text)
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

    private IssuerKeys? Issuer(JsonWebToken token) =>
        issuers.FirstOrDefault(keys => string.Equals(keys.Issuer.Issuer, token.Issuer, StringComparison.Ordinal));

    private TokenValidationParameters Rules(TokenIssuer issuer, SecurityKey key) => new()
    {
        ValidIssuer = issuer.Issuer,
        ValidAudience = issuer.Audience,
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

    private async ValueTask<Caller?> CallerAsync(string issuer, string subject, TokenSubject known)
    {
        var place = (issuer, subject);
        if (_known.TryGetValue(place, out var kept) && time.GetElapsedTime(kept.ReadAt) < FreshFor)
        {
            return kept.Caller;
        }

        var readAt = time.GetTimestamp();
        await using var db = await contexts.CreateDbContextAsync();
        var caller = await CallerReader.FindTokenAsync(
            db, KeyOf(issuer, subject), known.Org, known.ProjectId, subject, known.RoleIs);
        if (_known.Count >= MaxKnown)
        {
            _known.Clear();
        }

        _known[place] = new(caller, readAt);
        return caller;
    }

    // Usage is told by key; a subject has one that nobody can send.
    private static KeyId KeyOf(string issuer, string subject) =>
        new(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{subject}")).AsSpan(0, 16), bigEndian: true));

    private readonly record struct Known(Caller? Caller, long ReadAt);
}
