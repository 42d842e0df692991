using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>API keys of a project. Another organisation's key is as none, and so is a revoked one.</summary>
internal sealed class KeyStore(IDbContextFactory<AccessDb> contexts, Pepper pepper, TimeProvider time)
{
    /// <summary>Keys a project may have, revoked ones not counted.</summary>
    public const int MaxKeys = 10_000;

    /// <summary>Keys by age, one more than asked for when there are more.</summary>
    public async Task<List<ApiKeyRow>> ListAsync(ProjectRow project, KeyId? after, int limit)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var rows = Of(db, project).AsNoTracking();
        if (after is { } mark)
        {
            rows = rows.Where(row => row.Id.CompareTo(mark.Value) > 0);
        }

        return await rows.OrderBy(row => row.Id).Take(limit + 1).ToListAsync();
    }

    public async Task<ApiKeyRow?> FindAsync(ProjectRow project, KeyId id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await Of(db, project).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id.Value);
    }

    /// <summary>A new key with its text, which is stored nowhere; null when there are too many.</summary>
    public async Task<(ApiKeyRow Row, string Text)?> CreateAsync(ProjectRow project, KeySettings settings)
    {
        await using var db = await contexts.CreateDbContextAsync();
        if (await Of(db, project).CountAsync() >= MaxKeys)
        {
            return null;
        }

        var created = AccessStore.NewKey(pepper, time, new(project.Org), KeyKind.Api, project.Id);
        settings.ApplyTo(created.Row);
        db.Add(created.Row);
        await db.SaveChangesAsync();
        return created;
    }

    public async Task<ApiKeyRow?> ChangeAsync(ProjectRow project, KeyId id, Func<KeySettings, KeySettings> change)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var found = await Of(db, project).SingleOrDefaultAsync(row => row.Id == id.Value);
        if (found is not null)
        {
            change(KeySettings.Of(found)).ApplyTo(found);
            await db.SaveChangesAsync();
        }

        return found;
    }

    /// <summary>A new key like an old one, which stops working after the overlap; null when there is no such key. Both
    /// share what the old one may still use of its limits.</summary>
    public async Task<(ApiKeyRow Row, string Text)?> RotateAsync(ProjectRow project, KeyId id, TimeSpan overlap)
    {
        await using var db = await contexts.CreateDbContextAsync();
        if (await Of(db, project).SingleOrDefaultAsync(row => row.Id == id.Value) is not { } old)
        {
            return null;
        }

        var created = AccessStore.NewKey(
            pepper, time, new(project.Org), KeyKind.Api, project.Id, old.Line ?? old.Id);
        KeySettings.Of(old).ApplyTo(created.Row);
        var end = (time.GetUtcNow() + overlap).ToUnixTimeMilliseconds();
        old.ExpiresAt = old.ExpiresAt is { } sooner && sooner < end ? sooner : end;
        db.Add(created.Row);
        await db.SaveChangesAsync();
        return created;
    }

    /// <summary>Every key that ever shared this one's limits, itself included.</summary>
    public async Task<List<KeyId>> LineAsync(ApiKeyRow key)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var first = key.Line ?? key.Id;
        var ids = await db.Keys.AsNoTracking()
            .Where(row => row.Org == key.Org && (row.Id == first || row.Line == first))
            .Select(row => row.Id).ToListAsync();
        return ids.ConvertAll(id => new KeyId(id));
    }

    /// <summary>Revokes a key for good; false when there is no such key.</summary>
    public async Task<bool> RevokeAsync(ProjectRow project, KeyId id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return await Of(db, project).Where(row => row.Id == id.Value)
            .ExecuteUpdateAsync(row => row.SetProperty(key => key.RevokedAt, now)) > 0;
    }

    // Keys from before there were projects belong to the default one.
    private static IQueryable<ApiKeyRow> Of(AccessDb db, ProjectRow project)
    {
        var kind = AccessStore.ToText(KeyKind.Api);
        var isDefault = project.IsDefault;
        return db.Keys.Where(row => row.Org == project.Org && row.Kind == kind && row.RevokedAt == null
            && (row.Project == project.Id || (isDefault && row.Project == null)));
    }
}
