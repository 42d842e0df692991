using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Gateway.Api.Access;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gateway.Api.Tokens;

/// <summary>Finds who a token of a configured issuer belongs to.</summary>
internal sealed class TokenDirectory(
    IReadOnlyList<IssuerKeys> issuers, IDbContextFactory<AccessDb> contexts, TokenCheck check, KeyDirectory keys,
    TimeProvider time)
{
    private const int MaxSubject = 256;
    private const int MaxKnown = 10_000;

    // A role or a limit that changed is noticed within this time, as of keys.
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string Issuer, string Subject), Known> _known = new();

    /// <summary>Whether any issuer is configured.</summary>
    public bool IsOn => issuers.Count > 0;

    /// <summary>The caller of a token; null when it is not good, or its subject is nobody here.</summary>
    public async ValueTask<Caller?> FindAsync(string text)
    {
        if (check.Read(text) is not { } token || Issuer(token) is not { } keys
            || token.Subject is not { Length: > 0 and <= MaxSubject } subject
            || await keys.FindAsync(token.Kid) is not { } key)
        {
            return null;
        }

        return await check.IsGoodAsync(token, keys.Issuer.Issuer, keys.Issuer.Audience, key)
            && keys.Issuer.Subjects.FirstOrDefault(one => one.Matches(subject)) is { } known
            ? await CallerAsync(keys.Issuer.Issuer, subject, known)
            : null;
    }

    private IssuerKeys? Issuer(JsonWebToken token) =>
        issuers.FirstOrDefault(keys => string.Equals(keys.Issuer.Issuer, token.Issuer, StringComparison.Ordinal));

    private async ValueTask<Caller?> CallerAsync(string issuer, string subject, TokenSubject known)
    {
        var place = (issuer, subject);
        if (_known.TryGetValue(place, out var kept) && time.GetElapsedTime(kept.ReadAt) < FreshFor
            && kept.Changes == keys.Changes)
        {
            return kept.Caller;
        }

        var (readAt, changes) = (time.GetTimestamp(), keys.Changes);
        await using var db = await contexts.CreateDbContextAsync();
        var caller = await CallerReader.FindTokenAsync(
            db, KeyOf(issuer, subject), known.Org, known.ProjectId, (issuer, subject), known.RoleIs);
        if (_known.Count >= MaxKnown)
        {
            _known.Clear();
        }

        _known[place] = new(caller, readAt, changes);
        return caller;
    }

    // Usage is told by key; a subject has one that nobody can send.
    private static KeyId KeyOf(string issuer, string subject) =>
        new(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{subject}")).AsSpan(0, 16), bigEndian: true));

    private readonly record struct Known(Caller? Caller, long ReadAt, int Changes);
}
