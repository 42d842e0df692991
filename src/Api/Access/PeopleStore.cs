using Gateway.Api.Audit;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>What became of a change of a person.</summary>
internal enum PersonChange
{
    Done,
    Unknown,

    /// <summary>It would leave the organisation without an owner.</summary>
    LastOwner,

    /// <summary>Only owners make and unmake owners.</summary>
    OwnersOnly,

    /// <summary>Nobody changes his own role.</summary>
    Self,

    /// <summary>By his groups, or by the admin keys that would end with him, he reaches further than who removes him.
    /// </summary>
    Above,
}

/// <summary>What becomes of the keys that somebody made who is removed.</summary>
internal enum KeyFate
{
    /// <summary>They go on working for their projects; who removed him answers for them.</summary>
    Transferred,

    /// <summary>They stop working for good.</summary>
    Revoked,
}

/// <summary>The people of an organisation and of its projects. Another organisation's person is as none.</summary>
internal sealed class PeopleStore(IDbContextFactory<AccessDb> contexts, AuditTrail trail, TimeProvider time)
{
    private static readonly string Owner = RoleNames.Of(Role.Owner);
    private static readonly string Admin = AccessStore.ToText(KeyKind.Admin);

    /// <summary>People by age, one more than asked for when there are more.</summary>
    public async Task<List<MemberRow>> ListAsync(OrgId org, Guid? after, int limit, IReadOnlyList<string> emails)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var rows = db.Members.AsNoTracking().Where(row => row.Org == org.Value);
        if (after is { } mark)
        {
            rows = rows.Where(row => row.Id.CompareTo(mark) > 0);
        }

        if (emails.Count > 0)
        {
            rows = rows.Where(row => emails.Contains(row.Email));
        }

        return await rows.OrderBy(row => row.Id).Take(limit + 1).ToListAsync();
    }

    public async Task<MemberRow?> FindAsync(OrgId org, Guid id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.Members.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.Org == org.Value);
    }

    /// <summary>Gives a person another role in the organisation; nobody himself.</summary>
    public Task<(PersonChange Change, MemberRow? Row)> ChangeRoleAsync(
        OrgId org, Guid id, string role, Authority authority, Actor actor) =>
        ChangeAsync(org, id, authority, actor, role, async (act, row) =>
        {
            if ((await NamesAsync(act.Db, id)).Is(actor))
            {
                return PersonChange.Self;
            }

            var old = row.Role;
            row.Role = role;
            act.Note(new("user.updated", ObjectIds.User(id), null, new() { ["role"] = role, ["was"] = old }));
            return PersonChange.Done;
        });

    /// <summary>Takes a person out of the organisation and of its projects, and decides on the keys that he
    /// made.</summary>
    public Task<(PersonChange Change, MemberRow? Row)> RemoveAsync(
        OrgId org, Guid id, Authority authority, Actor actor, KeyFate fate = KeyFate.Transferred) =>
        ChangeAsync(org, id, authority, actor, null, async (act, row) =>
        {
            var keys = await KeysOfAsync(act.Db, org, id, time.GetUtcNow());
            var isOwner = authority.Of(Act.OwnOrganization) == Reach.All;
            if (!await MayUngroupAsync(act.Db, id, authority)
                || (fate == KeyFate.Revoked && !isOwner && keys.Exists(key => key.Kind == Admin)))
            {
                return PersonChange.Above;
            }

            foreach (var key in keys)
            {
                key.RevokedAt = fate == KeyFate.Revoked ? time.GetUtcNow().ToUnixTimeMilliseconds() : null;
                act.Note(new(
                    fate == KeyFate.Revoked ? "api_key.deleted" : "api_key.transferred", new KeyId(key.Id).ToString(),
                    key.Project is { } project ? new(project) : null, new() { ["from"] = ObjectIds.User(id) }));
            }

            act.Db.RemoveRange(act.Db.ProjectMembers.Where(part => part.Member == id));
            act.Db.RemoveRange(act.Db.GroupMembers.Where(part => part.Member == id));
            act.Db.Remove(row);
            act.Note(new("user.deleted", ObjectIds.User(id), null, new() { ["role"] = row.Role }));
            return PersonChange.Done;
        });

    /// <summary>How many keys that somebody made work still.</summary>
    public async Task<int> CountKeysAsync(OrgId org, Guid id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return (await KeysOfAsync(db, org, id, time.GetUtcNow())).Count;
    }

    /// <summary>People of a project, by age of the person; one more than asked for when there are more.</summary>
    public async Task<List<(MemberRow Person, ProjectMemberRow Part)>> ListAsync(
        ProjectRow project, Guid? after, int limit)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var rows = Of(db, project).AsNoTracking();
        if (after is { } mark)
        {
            rows = rows.Where(part => part.Member.CompareTo(mark) > 0);
        }

        var found = await rows.OrderBy(part => part.Member).Take(limit + 1)
            .Join(db.Members, part => part.Member, person => person.Id, (part, person) => new { person, part })
            .ToListAsync();
        return found.OrderBy(pair => pair.part.Member).Select(pair => (pair.person, pair.part)).ToList();
    }

    public async Task<(MemberRow Person, ProjectMemberRow Part)?> FindAsync(ProjectRow project, Guid id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await Of(db, project).AsNoTracking().SingleOrDefaultAsync(part => part.Member == id) is { } part
            ? (await db.Members.AsNoTracking().SingleAsync(person => person.Id == id), part)
            : null;
    }

    /// <summary>Gives a person of the organisation a role in a project; null when there is no such person, or when
    /// he has a part already and <paramref name="isNew"/> says he must not.</summary>
    public Task<(MemberRow Person, ProjectMemberRow Part)?> SetAsync(
        ProjectRow project, Guid id, string role, bool isNew, Actor actor) =>
        trail.ActAsync<(MemberRow, ProjectMemberRow)?>(new(project.Org), actor, async act =>
        {
            var person = await act.Db.Members.SingleOrDefaultAsync(row => row.Id == id && row.Org == project.Org);
            var part = await Of(act.Db, project).SingleOrDefaultAsync(row => row.Member == id);
            if (person is null || (part is null) != isNew)
            {
                return null;
            }

            if (part is null)
            {
                part = NewPart(project.Org, project.Id, id, role, time.GetUtcNow().ToUnixTimeMilliseconds());
                act.Db.Add(part);
            }

            part.Role = role;
            act.Note(Event(isNew ? "project.user.added" : "project.user.updated", project, id, role));
            return (person, part);
        });

    /// <summary>Ends a person's part in a project; false when there is none.</summary>
    public Task<bool> RemoveAsync(ProjectRow project, Guid id, Actor actor) =>
        trail.ActAsync(new(project.Org), actor, async act =>
        {
            if (await Of(act.Db, project).SingleOrDefaultAsync(row => row.Member == id) is not { } part)
            {
                return false;
            }

            act.Db.Remove(part);
            act.Note(Event("project.user.deleted", project, id, part.Role));
            return true;
        });

    public static ProjectMemberRow NewPart(Guid org, Guid project, Guid member, string role, long now) =>
        new() { Org = org, Project = project, Member = member, Role = role, AddedAt = now };

    private Task<(PersonChange Change, MemberRow? Row)> ChangeAsync(
        OrgId org, Guid id, Authority authority, Actor actor, string? role,
        Func<AuditedAct, MemberRow, Task<PersonChange>> change) =>
        trail.ActAsync<(PersonChange, MemberRow?)>(org, actor, async act =>
        {
            var row = await act.Db.Members.SingleOrDefaultAsync(one => one.Id == id && one.Org == org.Value);
            if (row is null)
            {
                return (PersonChange.Unknown, null);
            }

            var (wasOwner, isOwner) = (row.Role == Owner, role == Owner);
            if ((wasOwner || isOwner) && authority.Of(Act.OwnOrganization) != Reach.All)
            {
                return (PersonChange.OwnersOnly, null);
            }

            // Acts of one organisation follow one another, so two owners cannot leave at the same time.
            if (wasOwner && !isOwner
                && await act.Db.Members.CountAsync(one => one.Org == org.Value && one.Role == Owner) == 1)
            {
                return (PersonChange.LastOwner, null);
            }

            return (await change(act, row), row);
        });

    // Whoever takes somebody out of the organisation takes him out of his groups.
    private static async Task<bool> MayUngroupAsync(AccessDb db, Guid member, Authority authority) => (await (
        from part in db.GroupMembers
        where part.Member == member
        join role in db.GroupRoles on part.PeopleGroup equals role.PeopleGroup
        select role.Role).ToListAsync()).TrueForAll(role => authority.MayGive(RoleNames.Parse(role)!.Value));

    // The log tells of a token's subject, not of its issuer.
    private static async Task<ActorNames> NamesAsync(AccessDb db, Guid member) => new(
        ObjectIds.User(member),
        await (
            from one in db.Members
            where one.Id == member
            join login in db.PersonLogins on one.Person equals login.UserId
            select login.ProviderKey).ToListAsync());

    // Keys belong to projects, not to people: who made one, the audit log says.
    private static async Task<List<ApiKeyRow>> KeysOfAsync(
        AccessDb db, OrgId org, Guid member, DateTimeOffset now)
    {
        var (user, subjects) = await NamesAsync(db, member);
        var made = await db.Audit.AsNoTracking()
            .Where(row => row.Org == org.Value
                && (row.Actor == user || (row.ActorKind == Actor.Token && subjects.Contains(row.Actor)))
                && (row.Type == "api_key.created" || row.Type == "admin_api_key.created"))
            .Select(row => row.Target).ToListAsync();
        var ids = made.Select(text => KeyId.TryParse(text, out var id) ? id.Value : Guid.Empty).ToList();
        var since = now.ToUnixTimeMilliseconds();
        return await db.Keys
            .Where(row => row.Org == org.Value && row.RevokedAt == null && ids.Contains(row.Id)
                && (row.ExpiresAt == null || row.ExpiresAt > since))
            .ToListAsync();
    }

    private static IQueryable<ProjectMemberRow> Of(AccessDb db, ProjectRow project) =>
        db.ProjectMembers.Where(part => part.Project == project.Id && part.Org == project.Org);

    private static AuditEvent Event(string type, ProjectRow project, Guid id, string role) =>
        new(type, ObjectIds.User(id), new(project.Id), new() { ["role"] = role });

    /// <summary>What the log calls a member: by his session, and by tokens of issuers that he signs in with.</summary>
    private sealed record ActorNames(string User, List<string> Subjects)
    {
        public bool Is(Actor actor) =>
            actor.Id == User || (actor.Kind == Actor.Token && Subjects.Contains(actor.Id));
    }
}
