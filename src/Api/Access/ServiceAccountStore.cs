using Gateway.Api.Audit;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Service accounts of a project: programs, whose keys end with them.</summary>
internal sealed class ServiceAccountStore(
    IDbContextFactory<AccessDb> contexts, AuditTrail trail, Pepper pepper, TimeProvider time)
{
    /// <summary>Service accounts a project may have.</summary>
    public const int MaxAccounts = 1000;

    /// <summary>Accounts by age, one more than asked for when there are more.</summary>
    public async Task<List<ServiceAccountRow>> ListAsync(ProjectRow project, Guid? after, int limit)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var rows = Of(db, project).AsNoTracking();
        if (after is { } mark)
        {
            rows = rows.Where(row => row.Id.CompareTo(mark) > 0);
        }

        return await rows.OrderBy(row => row.Id).Take(limit + 1).ToListAsync();
    }

    public async Task<ServiceAccountRow?> FindAsync(ProjectRow project, Guid id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await Of(db, project).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id);
    }

    /// <summary>A new account with its first key, whose text is stored nowhere; null when there are too many.</summary>
    public Task<(ServiceAccountRow Account, ApiKeyRow Key, string Text)?> CreateAsync(
        ProjectRow project, string name, Actor actor) =>
        trail.ActAsync<(ServiceAccountRow, ApiKeyRow, string)?>(new(project.Org), actor, async act =>
        {
            if (await Of(act.Db, project).CountAsync() >= MaxAccounts)
            {
                return null;
            }

            var now = time.GetUtcNow();
            var account = new ServiceAccountRow
            {
                Id = Guid.CreateVersion7(now),
                Org = project.Org,
                Project = project.Id,
                Name = name,
                CreatedAt = now.ToUnixTimeMilliseconds(),
            };
            act.Db.Add(account);
            var id = ObjectIds.ServiceAccount(account.Id);
            act.Note(new("service_account.created", id, new(project.Id), new() { ["name"] = name }));
            var (key, text) = AddKey(act, project, account, name);
            return (account, key, text);
        });

    /// <summary>One more key of an account; null when there is no such account, or it has too many.</summary>
    public Task<(ApiKeyRow Key, string Text)?> AddKeyAsync(ProjectRow project, Guid id, string name, Actor actor) =>
        trail.ActAsync<(ApiKeyRow, string)?>(new(project.Org), actor, async act =>
            await Of(act.Db, project).SingleOrDefaultAsync(row => row.Id == id) is { } account
            && await KeysOf(act.Db, id).CountAsync() < MaxAccounts
                ? AddKey(act, project, account, name)
                : null);

    /// <summary>The keys of an account that are not revoked, by age; one more than asked for when there are
    /// more.</summary>
    public async Task<List<ApiKeyRow>> KeysAsync(ServiceAccountRow account, KeyId? after, int limit)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var rows = KeysOf(db, account.Id).AsNoTracking();
        if (after is { } mark)
        {
            rows = rows.Where(row => row.Id.CompareTo(mark.Value) > 0);
        }

        return await rows.OrderBy(row => row.Id).Take(limit + 1).ToListAsync();
    }

    /// <summary>Deletes an account and revokes its keys; false when there is none.</summary>
    public Task<bool> DeleteAsync(ProjectRow project, Guid id, Actor actor) =>
        trail.ActAsync(new(project.Org), actor, async act =>
        {
            if (await Of(act.Db, project).SingleOrDefaultAsync(row => row.Id == id) is not { } account)
            {
                return false;
            }

            account.DeletedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (var key in await KeysOf(act.Db, id).ToListAsync())
            {
                key.RevokedAt = account.DeletedAt;
                act.Note(new("api_key.deleted", new KeyId(key.Id).ToString(), new(project.Id)));
            }

            act.Note(new("service_account.deleted", ObjectIds.ServiceAccount(id), new(project.Id)));
            return true;
        });

    private (ApiKeyRow Key, string Text) AddKey(
        AuditedAct act, ProjectRow project, ServiceAccountRow account, string name)
    {
        var created = AccessStore.NewKey(pepper, time, new(project.Org), KeyKind.Api, project.Id);
        created.Row.Label = name;
        created.Row.ServiceAccount = account.Id;
        act.Db.Add(created.Row);
        act.Note(new("api_key.created", new KeyId(created.Row.Id).ToString(), new(project.Id), new()
        {
            ["name"] = name,
            ["service_account"] = ObjectIds.ServiceAccount(account.Id),
        }));
        return created;
    }

    private static IQueryable<ServiceAccountRow> Of(AccessDb db, ProjectRow project) =>
        db.ServiceAccounts.Where(row => row.Project == project.Id && row.Org == project.Org && row.DeletedAt == null);

    private static IQueryable<ApiKeyRow> KeysOf(AccessDb db, Guid account) =>
        db.Keys.Where(row => row.ServiceAccount == account && row.RevokedAt == null);
}
