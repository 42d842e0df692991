using System.Text.Json.Nodes;
using Gateway.Api.Audit;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>API keys of a project. Another organisation's key is as none, and so is a revoked one.</summary>
internal sealed class KeyStore(
    IDbContextFactory<AccessDb> contexts, AuditTrail trail, Pepper pepper, TimeProvider time)
{
    /// <summary>Keys a project may have, revoked and expired ones not counted.</summary>
    public const int MaxKeys = 10_000;

    /// <summary>How the names of keys begin that the playground made for a quarter of an hour.</summary>
    public const string PlaygroundPrefix = "Playground · ";

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

    /// <summary>Keys of all projects, newest first, without the playground's that have ended.</summary>
    public async Task<List<ApiKeyRow>> ListAsync(OrgId org, int limit, DateTimeOffset now)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var moment = now.ToUnixTimeMilliseconds();
        return await Of(db, org).AsNoTracking()
            .Where(row => row.ExpiresAt == null || row.ExpiresAt > moment || !row.Label.StartsWith(PlaygroundPrefix))
            .OrderByDescending(row => row.Id).Take(limit).ToListAsync();
    }

    /// <summary>A key of any project.</summary>
    public async Task<ApiKeyRow?> FindAsync(OrgId org, KeyId id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await Of(db, org).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id.Value);
    }

    public async Task<ApiKeyRow?> FindAsync(ProjectRow project, KeyId id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await Of(db, project).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id.Value);
    }

    /// <summary>A new key with its text, which is stored nowhere; null when there are too many.</summary>
    /// <param name="project">Whose.</param>
    /// <param name="settings">What it may do.</param>
    /// <param name="actor">Who asks, for the log.</param>
    /// <param name="mostAlike">How many of this name the organisation may have that have not run out, revoked ones
    /// counted: as many are made at most while one lasts. Null: any number.</param>
    public Task<(ApiKeyRow Row, string Text)?> CreateAsync(
        ProjectRow project, KeySettings settings, Actor actor, int? mostAlike = null) =>
        trail.ActAsync<(ApiKeyRow, string)?>(new(project.Org), actor, async act =>
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            if (await Living(Of(act.Db, project), now).CountAsync() >= MaxKeys
                || (mostAlike is { } most && await CountAlikeAsync(act.Db, project.Org, settings.Name, now) >= most))
            {
                return null;
            }

            var created = AccessStore.NewKey(pepper, time, new(project.Org), KeyKind.Api, project.Id);
            settings.ApplyTo(created.Row);
            act.Db.Add(created.Row);
            act.Note(Event("api_key.created", project, created.Row.Id, settings.ToAudit()));
            return created;
        });

    public Task<ApiKeyRow?> ChangeAsync(
        ProjectRow project, KeyId id, Func<KeySettings, KeySettings> change, Actor actor) =>
        trail.ActAsync(new(project.Org), actor, async act =>
        {
            var found = await Of(act.Db, project).SingleOrDefaultAsync(row => row.Id == id.Value);
            if (found is not null)
            {
                var changed = change(KeySettings.Of(found));
                changed.ApplyTo(found);
                act.Note(Event("api_key.updated", project, found.Id, changed.ToAudit()));
            }

            return found;
        });

    /// <summary>A new key like an old one, which stops working after the overlap; null when there is no such key. Both
    /// share what the old one may still use of its limits.</summary>
    public Task<(ApiKeyRow Row, string Text)?> RotateAsync(
        ProjectRow project, KeyId id, TimeSpan overlap, Actor actor) =>
        trail.ActAsync<(ApiKeyRow, string)?>(new(project.Org), actor, async act =>
        {
            if (await Of(act.Db, project).SingleOrDefaultAsync(row => row.Id == id.Value) is not { } old)
            {
                return null;
            }

            var created = AccessStore.NewKey(
                pepper, time, new(project.Org), KeyKind.Api, project.Id, old.Line ?? old.Id);
            KeySettings.Of(old).ApplyTo(created.Row);
            var end = (time.GetUtcNow() + overlap).ToUnixTimeMilliseconds();
            old.ExpiresAt = old.ExpiresAt is { } sooner && sooner < end ? sooner : end;
            act.Db.Add(created.Row);
            act.Note(Event("api_key.created", project, created.Row.Id, new()
            {
                ["rotated_from"] = id.ToString(),
                ["overlap_seconds"] = (long)overlap.TotalSeconds,
            }));
            return created;
        });

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
    public Task<bool> RevokeAsync(ProjectRow project, KeyId id, Actor actor) =>
        trail.ActAsync(new(project.Org), actor, async act =>
        {
            if (await Of(act.Db, project).SingleOrDefaultAsync(row => row.Id == id.Value) is not { } found)
            {
                return false;
            }

            found.RevokedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
            act.Note(Event("api_key.deleted", project, found.Id, null));
            return true;
        });

    private static AuditEvent Event(string type, ProjectRow project, Guid key, JsonObject? data) =>
        new(type, new KeyId(key).ToString(), new(project.Id), data);

    private static Task<int> CountAlikeAsync(AccessDb db, Guid org, string label, long now) =>
        Living(db.Keys.Where(row => row.Org == org && row.Label == label), now).CountAsync();

    private static IQueryable<ApiKeyRow> Living(IQueryable<ApiKeyRow> rows, long now) =>
        rows.Where(row => row.ExpiresAt == null || row.ExpiresAt > now);

    private static IQueryable<ApiKeyRow> Of(AccessDb db, OrgId org)
    {
        var kind = AccessStore.ToText(KeyKind.Api);
        return db.Keys.Where(row => row.Org == org.Value && row.Kind == kind && row.RevokedAt == null);
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
