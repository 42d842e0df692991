using System.Text.Json.Nodes;
using Gateway.Api.Audit;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Projects of an organisation. Another organisation's project is as none.</summary>
internal sealed class ProjectStore(IDbContextFactory<AccessDb> contexts, AuditTrail trail, TimeProvider time)
{
    private const string DefaultName = "Default project";

    /// <summary>Projects an organisation may have, archived ones included.</summary>
    public const int MaxProjects = 10_000;

    /// <summary>The project that keys belong to when nobody says; made when it is first asked for.</summary>
    public async Task<ProjectRow> DefaultAsync(OrgId org)
    {
        await using var db = await contexts.CreateDbContextAsync();
        if (await FindDefaultAsync(db, org) is { } known)
        {
            return known;
        }

        var row = NewRow(org, DefaultName, isDefault: true);
        db.Add(row);
        try
        {
            await db.SaveChangesAsync();
            return row;
        }
        catch (DbUpdateException)
        {
            // Somebody made it at the same time: there is only one.
            db.ChangeTracker.Clear();
            return await FindDefaultAsync(db, org)
                ?? throw new InvalidOperationException("There is no default project.");
        }
    }

    /// <summary>Projects by age, one more than asked for when there are more.</summary>
    public async Task<List<ProjectRow>> ListAsync(OrgId org, ProjectId? after, int limit, bool withArchived)
    {
        await DefaultAsync(org);
        await using var db = await contexts.CreateDbContextAsync();
        var rows = db.Projects.AsNoTracking().Where(row => row.Org == org.Value);
        if (after is { } mark)
        {
            rows = rows.Where(row => row.Id.CompareTo(mark.Value) > 0);
        }

        if (!withArchived)
        {
            rows = rows.Where(row => row.ArchivedAt == null);
        }

        return await rows.OrderBy(row => row.Id).Take(limit + 1).ToListAsync();
    }

    public async Task<ProjectRow?> FindAsync(OrgId org, ProjectId id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.Projects.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == id.Value && row.Org == org.Value);
    }

    /// <summary>A new project; null when there are too many.</summary>
    public async Task<ProjectRow?> CreateAsync(OrgId org, string name, Actor actor)
    {
        await DefaultAsync(org);
        return await trail.ActAsync(org, actor, async act =>
        {
            if (await act.Db.Projects.CountAsync(row => row.Org == org.Value) >= MaxProjects)
            {
                return null;
            }

            var created = NewRow(org, name, isDefault: false);
            act.Db.Add(created);
            act.Note(Event("project.created", created, name));
            return created;
        });
    }

    public Task<ProjectRow?> RenameAsync(OrgId org, ProjectId id, string name, Actor actor) =>
        ChangeAsync(org, id, actor, row =>
        {
            row.Name = name;
            return Event("project.updated", row, name);
        });

    /// <summary>Archives a project: its keys stop working. The default project stays; a second time changes
    /// nothing.</summary>
    public Task<ProjectRow?> ArchiveAsync(OrgId org, ProjectId id, Actor actor) => ChangeAsync(org, id, actor, row =>
    {
        if (row.IsDefault || row.ArchivedAt is not null)
        {
            return null;
        }

        row.ArchivedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
        return Event("project.archived", row);
    });

    private Task<ProjectRow?> ChangeAsync(OrgId org, ProjectId id, Actor actor, Func<ProjectRow, AuditEvent?> change) =>
        trail.ActAsync(org, actor, async act =>
        {
            var found = await act.Db.Projects.SingleOrDefaultAsync(row => row.Id == id.Value && row.Org == org.Value);
            if (found is not null && change(found) is { } what)
            {
                act.Note(what);
            }

            return found;
        });

    private static AuditEvent Event(string type, ProjectRow row, string? name = null)
    {
        var id = new ProjectId(row.Id);
        return new(type, id.ToString(), id, name is null ? null : new JsonObject { ["name"] = name });
    }

    private static Task<ProjectRow?> FindDefaultAsync(AccessDb db, OrgId org) =>
        db.Projects.AsNoTracking().SingleOrDefaultAsync(row => row.Org == org.Value && row.IsDefault);

    private ProjectRow NewRow(OrgId org, string name, bool isDefault) => new()
    {
        Id = ProjectId.Create(time).Value,
        Org = org.Value,
        Name = name,
        IsDefault = isDefault,
        CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
    };
}
