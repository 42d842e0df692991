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

    private readonly ConcurrentDictionary<((string, string) Place, long Changes), Lazy<Task<Caller?>>> _reads = new();
    private long _storeReads;

    /// <summary>How often the store was asked who a subject is.</summary>
    public long StoreReads => Volatile.Read(ref _storeReads);

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
        var (place, changes) = ((issuer, subject), keys.ChangesOf(known.Org));
        if (_known.TryGetValue(place, out var kept) && time.GetElapsedTime(kept.ReadAt) < FreshFor
            && kept.Changes == changes)
        {
            return kept.Caller;
        }

        // Who comes after a change does not share a read that began before it.
        var reading = (place, changes);
        var read = _reads.GetOrAdd(reading, _ => new(() => ReadAsync(place, known, changes)));
        try
        {
            return await read.Value;
        }
        finally
        {
            _reads.TryRemove(new(reading, read));
        }
    }

    private async Task<Caller?> ReadAsync((string Issuer, string Subject) place, TokenSubject known, long changes)
    {
        Interlocked.Increment(ref _storeReads);
        var readAt = time.GetTimestamp();
        await using var db = await contexts.CreateDbContextAsync();
        var caller = await CallerReader.FindTokenAsync(
            db, KeyOf(place.Issuer, place.Subject), known.Org, known.ProjectId, place, known.RoleIs);
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

    private readonly record struct Known(Caller? Caller, long ReadAt, long Changes);
}
