using Gateway.Api.Audit;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>What became of a change of a group.</summary>
internal enum GroupChange
{
    Done,
    Unknown,

    /// <summary>It is so already, or there are too many.</summary>
    Conflict,

    /// <summary>The group has, or would have, a role that the caller may not give.</summary>
    Above,
}

/// <summary>The groups of an organisation, who is in them, and their roles in the organisation. Another organisation's
/// group is as none. Whoever changes a group gives or takes its roles, so he must be allowed to give each of them.
/// </summary>
internal sealed class GroupStore(IDbContextFactory<AccessDb> contexts, AuditTrail trail, TimeProvider time)
{
    /// <summary>The most groups of an organisation.</summary>
    public const int MaxGroups = 500;

    /// <summary>Groups by age, one more than asked for when there are more.</summary>
    public async Task<List<GroupRow>> ListAsync(OrgId org, Guid? after, int limit, bool oldestFirst)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var rows = db.Groups.AsNoTracking().Where(row => row.Org == org.Value);
        if (after is { } mark)
        {
            rows = oldestFirst
                ? rows.Where(row => row.Id.CompareTo(mark) > 0)
                : rows.Where(row => row.Id.CompareTo(mark) < 0);
        }

        rows = oldestFirst ? rows.OrderBy(row => row.Id) : rows.OrderByDescending(row => row.Id);
        return await rows.Take(limit + 1).ToListAsync();
    }

    public async Task<GroupRow?> FindAsync(OrgId org, Guid id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await Of(db, org, id).AsNoTracking().SingleOrDefaultAsync();
    }

    /// <summary>Makes a group; null when the organisation has too many.</summary>
    public Task<GroupRow?> CreateAsync(OrgId org, string name, Actor actor) =>
        trail.ActAsync<GroupRow?>(org, actor, async act =>
        {
            if (await act.Db.Groups.CountAsync(row => row.Org == org.Value) >= MaxGroups)
            {
                return null;
            }

            var now = time.GetUtcNow();
            var row = new GroupRow
            {
                Id = Guid.CreateVersion7(now),
                Org = org.Value,
                Name = name,
                CreatedAt = now.ToUnixTimeMilliseconds(),
            };
            act.Db.Add(row);
            act.Note(new("group.created", ObjectIds.Group(row.Id), null, new() { ["name"] = name }));
            return row;
        });

    /// <summary>Gives a group another name; null when there is none.</summary>
    public Task<GroupRow?> RenameAsync(OrgId org, Guid id, string name, Actor actor) =>
        trail.ActAsync<GroupRow?>(org, actor, async act =>
        {
            if (await Of(act.Db, org, id).SingleOrDefaultAsync() is not { } row)
            {
                return null;
            }

            row.Name = name;
            act.Note(new("group.updated", ObjectIds.Group(id), null, new() { ["name"] = name }));
            return row;
        });

    /// <summary>Removes a group and with it all that its people were by it.</summary>
    public Task<GroupChange> RemoveAsync(OrgId org, Guid id, Authority authority, Actor actor) =>
        ChangeAsync(org, id, authority, actor, null, async (act, row) =>
        {
            await act.Db.GroupMembers.Where(one => one.PeopleGroup == id).ExecuteDeleteAsync();
            await act.Db.GroupRoles.Where(one => one.PeopleGroup == id).ExecuteDeleteAsync();
            await act.Db.ProjectGroupRoles.Where(one => one.PeopleGroup == id).ExecuteDeleteAsync();
            act.Db.Remove(row);
            act.Note(new("group.deleted", ObjectIds.Group(id), null, new() { ["name"] = row.Name }));
            return GroupChange.Done;
        });

    /// <summary>People of a group, by age of the person; one more than asked for when there are more.</summary>
    public async Task<List<MemberRow>> ListMembersAsync(GroupRow group, Guid? after, int limit)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var rows = db.Members.AsNoTracking().Where(person => db.GroupMembers.Any(
            one => one.PeopleGroup == group.Id && one.Member == person.Id));
        if (after is { } mark)
        {
            rows = rows.Where(person => person.Id.CompareTo(mark) > 0);
        }

        return await rows.OrderBy(person => person.Id).Take(limit + 1).ToListAsync();
    }

    public async Task<MemberRow?> FindMemberAsync(GroupRow group, Guid member)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.Members.AsNoTracking().SingleOrDefaultAsync(person => person.Id == member
            && db.GroupMembers.Any(one => one.PeopleGroup == group.Id && one.Member == member));
    }

    /// <summary>Takes a person of the organisation into a group.</summary>
    public Task<GroupChange> AddMemberAsync(OrgId org, Guid id, Guid member, Authority authority, Actor actor) =>
        ChangeAsync(org, id, authority, actor, null, async (act, _) =>
        {
            if (!await act.Db.Members.AnyAsync(person => person.Id == member && person.Org == org.Value))
            {
                return GroupChange.Unknown;
            }

            if (await act.Db.GroupMembers.AnyAsync(one => one.PeopleGroup == id && one.Member == member))
            {
                return GroupChange.Conflict;
            }

            act.Db.Add(new GroupMemberRow
            {
                PeopleGroup = id,
                Member = member,
                Org = org.Value,
                AddedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            });
            act.Note(Event("group.user.added", id, "user_id", ObjectIds.User(member)));
            return GroupChange.Done;
        });

    /// <summary>Takes a person out of a group.</summary>
    public Task<GroupChange> RemoveMemberAsync(OrgId org, Guid id, Guid member, Authority authority, Actor actor) =>
        ChangeAsync(org, id, authority, actor, null, async (act, _) =>
        {
            var row = await act.Db.GroupMembers.SingleOrDefaultAsync(
                one => one.PeopleGroup == id && one.Member == member);
            if (row is null)
            {
                return GroupChange.Unknown;
            }

            act.Db.Remove(row);
            act.Note(Event("group.user.deleted", id, "user_id", ObjectIds.User(member)));
            return GroupChange.Done;
        });

    /// <summary>A group's roles in the organisation, in the order in which it got them.</summary>
    public async Task<List<GroupRoleRow>> ListRolesAsync(GroupRow group)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.GroupRoles.AsNoTracking().Where(one => one.PeopleGroup == group.Id)
            .OrderBy(one => one.AddedAt).ThenBy(one => one.Role).ToListAsync();
    }

    /// <summary>Gives a group a role in the organisation.</summary>
    public Task<GroupChange> AddRoleAsync(OrgId org, Guid id, string role, Authority authority, Actor actor) =>
        ChangeAsync(org, id, authority, actor, role, async (act, _) =>
        {
            if (await act.Db.GroupRoles.AnyAsync(one => one.PeopleGroup == id && one.Role == role))
            {
                return GroupChange.Conflict;
            }

            act.Db.Add(new GroupRoleRow
            {
                PeopleGroup = id,
                Role = role,
                Org = org.Value,
                AddedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            });
            act.Note(Event("role.assignment.created", id, "role", role));
            return GroupChange.Done;
        });

    /// <summary>Takes a role from a group.</summary>
    public Task<GroupChange> RemoveRoleAsync(OrgId org, Guid id, string role, Authority authority, Actor actor) =>
        ChangeAsync(org, id, authority, actor, null, async (act, _) =>
        {
            var row = await act.Db.GroupRoles.SingleOrDefaultAsync(one => one.PeopleGroup == id && one.Role == role);
            if (row is null)
            {
                return GroupChange.Unknown;
            }

            act.Db.Remove(row);
            act.Note(Event("role.assignment.deleted", id, "role", role));
            return GroupChange.Done;
        });

    private Task<GroupChange> ChangeAsync(
        OrgId org, Guid id, Authority authority, Actor actor, string? role,
        Func<AuditedAct, GroupRow, Task<GroupChange>> change) =>
        trail.ActAsync(org, actor, async act =>
        {
            if (await Of(act.Db, org, id).SingleOrDefaultAsync() is not { } row)
            {
                return GroupChange.Unknown;
            }

            var roles = await act.Db.GroupRoles.Where(one => one.PeopleGroup == id)
                .Select(one => one.Role).ToListAsync();
            return roles.Append(role).OfType<string>().All(name => authority.MayGive(RoleNames.Parse(name)!.Value))
                ? await change(act, row)
                : GroupChange.Above;
        });

    private static AuditEvent Event(string type, Guid id, string name, string value) =>
        new(type, ObjectIds.Group(id), null, new() { [name] = value });

    private static IQueryable<GroupRow> Of(AccessDb db, OrgId org, Guid id) =>
        db.Groups.Where(row => row.Id == id && row.Org == org.Value);
}
