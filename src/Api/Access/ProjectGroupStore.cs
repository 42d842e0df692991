using Gateway.Api.Audit;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Groups and their roles in projects. A group is in a project as long as it has a role there.</summary>
internal sealed class ProjectGroupStore(IDbContextFactory<AccessDb> contexts, AuditTrail trail, TimeProvider time)
{
    /// <summary>A project's groups by age of the group, one more than asked for when there are more, each with when it
    /// came.</summary>
    public async Task<List<(GroupRow Group, long AddedAt)>> ListAsync(ProjectRow project, Guid? after, int limit)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var roles = Of(db, project).AsNoTracking();
        if (after is { } mark)
        {
            roles = roles.Where(one => one.PeopleGroup.CompareTo(mark) > 0);
        }

        var found = await roles.GroupBy(one => one.PeopleGroup)
            .Select(each => new { Group = each.Key, AddedAt = each.Min(one => one.AddedAt) })
            .OrderBy(each => each.Group).Take(limit + 1)
            .Join(db.Groups, each => each.Group, group => group.Id, (each, group) => new { group, each.AddedAt })
            .ToListAsync();
        return [.. found.OrderBy(one => one.group.Id).Select(one => (one.group, one.AddedAt))];
    }

    /// <summary>A group of a project with its roles there; null when it has none.</summary>
    public async Task<(GroupRow Group, List<ProjectGroupRoleRow> Roles)?> FindAsync(ProjectRow project, Guid id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var roles = await Of(db, project).AsNoTracking().Where(one => one.PeopleGroup == id)
            .OrderBy(one => one.AddedAt).ThenBy(one => one.Role).ToListAsync();
        return roles.Count > 0 ? (await db.Groups.AsNoTracking().SingleAsync(row => row.Id == id), roles) : null;
    }

    /// <summary>Gives a group of the organisation a role in a project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="id">The group.</param>
    /// <param name="role">One of <see cref="RoleNames.OfProject"/>.</param>
    /// <param name="isNew">Whether it must not be in the project yet; else it must be.</param>
    /// <param name="actor">Who gives it.</param>
    public Task<GroupChange> AddAsync(ProjectRow project, Guid id, string role, bool isNew, Actor actor) =>
        trail.ActAsync(new(project.Org), actor, async act =>
        {
            var known = await act.Db.Groups.AnyAsync(row => row.Id == id && row.Org == project.Org);
            var roles = await Of(act.Db, project).Where(one => one.PeopleGroup == id)
                .Select(one => one.Role).ToListAsync();
            if (!known || (!isNew && roles.Count == 0))
            {
                return GroupChange.Unknown;
            }

            if (isNew ? roles.Count > 0 : roles.Contains(role))
            {
                return GroupChange.Conflict;
            }

            act.Db.Add(new ProjectGroupRoleRow
            {
                Project = project.Id,
                PeopleGroup = id,
                Role = role,
                Org = project.Org,
                AddedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            });
            act.Note(Event("role.assignment.created", project, id, role));
            return GroupChange.Done;
        });

    /// <summary>Takes a role in a project from a group, or all of them; false when it has none such.</summary>
    public Task<bool> RemoveAsync(ProjectRow project, Guid id, string? role, Actor actor) =>
        trail.ActAsync(new(project.Org), actor, async act =>
        {
            var rows = await Of(act.Db, project)
                .Where(one => one.PeopleGroup == id && (role == null || one.Role == role)).ToListAsync();
            foreach (var row in rows)
            {
                act.Db.Remove(row);
                act.Note(Event("role.assignment.deleted", project, id, row.Role));
            }

            return rows.Count > 0;
        });

    private static IQueryable<ProjectGroupRoleRow> Of(AccessDb db, ProjectRow project) =>
        db.ProjectGroupRoles.Where(one => one.Project == project.Id && one.Org == project.Org);

    private static AuditEvent Event(string type, ProjectRow project, Guid id, string role) =>
        new(type, ObjectIds.Group(id), new(project.Id), new() { ["role"] = role });
}
