using Gateway.Api.Audit;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Admin keys of an organisation. Another organisation's key is as none, and so is a revoked one.</summary>
internal sealed class AdminKeyStore(
    IDbContextFactory<AccessDb> contexts, AuditTrail trail, Pepper pepper, TimeProvider time)
{
    /// <summary>Admin keys an organisation may have.</summary>
    public const int MaxKeys = 1000;

    private static readonly string Admin = AccessStore.ToText(KeyKind.Admin);

    /// <summary>Keys by age, one more than asked for when there are more.</summary>
    public async Task<List<ApiKeyRow>> ListAsync(OrgId org, KeyId? after, int limit)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var rows = Of(db, org).AsNoTracking();
        if (after is { } mark)
        {
            rows = rows.Where(row => row.Id.CompareTo(mark.Value) > 0);
        }

        return await rows.OrderBy(row => row.Id).Take(limit + 1).ToListAsync();
    }

    public async Task<ApiKeyRow?> FindAsync(OrgId org, KeyId id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await Of(db, org).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id.Value);
    }

    /// <summary>A new key with its text, which is stored nowhere; null when there are too many.</summary>
    public Task<(ApiKeyRow Row, string Text)?> CreateAsync(
        OrgId org, string name, AdminScopes scopes, DateTimeOffset? expires, Actor actor) =>
        trail.ActAsync<(ApiKeyRow, string)?>(org, actor, async act =>
        {
            if (await Of(act.Db, org).CountAsync() >= MaxKeys)
            {
                return null;
            }

            var created = AccessStore.NewKey(pepper, time, org, KeyKind.Admin, null);
            created.Row.Label = name;
            created.Row.Scopes = scopes.ToText();
            created.Row.ExpiresAt = expires?.ToUnixTimeMilliseconds();
            act.Db.Add(created.Row);
            act.Note(new("admin_api_key.created", new KeyId(created.Row.Id).ToString(), null, new()
            {
                ["name"] = name,
                ["scopes"] = created.Row.Scopes,
                ["expires_at"] = expires?.ToUnixTimeSeconds(),
            }));
            return created;
        });

    /// <summary>Revokes a key for good; false when there is no such key.</summary>
    public Task<bool> RevokeAsync(OrgId org, KeyId id, Actor actor) => trail.ActAsync(org, actor, async act =>
    {
        if (await Of(act.Db, org).SingleOrDefaultAsync(row => row.Id == id.Value) is not { } found)
        {
            return false;
        }

        found.RevokedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
        act.Note(new("admin_api_key.deleted", id.ToString()));
        return true;
    });

    private static IQueryable<ApiKeyRow> Of(AccessDb db, OrgId org) =>
        db.Keys.Where(row => row.Org == org.Value && row.Kind == Admin && row.RevokedAt == null);
}
