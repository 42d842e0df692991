using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gateway.Api.Audit;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Invites to an organisation: a token that is shown once, stored as a keyed hash, good for one person, once,
/// for seven days.</summary>
internal sealed class InviteStore(
    IDbContextFactory<AccessDb> contexts, AuditTrail trail, Pepper pepper, TimeProvider time)
{
    /// <summary>Invites an organisation may have open.</summary>
    public const int MaxOpen = 1000;

    private const int TokenBytes = 32;

    private static readonly TimeSpan Life = TimeSpan.FromDays(7);

    // Keys are hashed under the same pepper, and none of them starts like this.
    private static ReadOnlySpan<byte> Domain => "invite\0"u8;

    /// <summary>Invites by age, one more than asked for when there are more.</summary>
    public async Task<List<InviteRow>> ListAsync(OrgId org, Guid? after, int limit)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var rows = Of(db, org).AsNoTracking();
        if (after is { } mark)
        {
            rows = rows.Where(row => row.Id.CompareTo(mark) > 0);
        }

        return await rows.OrderBy(row => row.Id).Take(limit + 1).ToListAsync();
    }

    public async Task<InviteRow?> FindAsync(OrgId org, Guid id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await Of(db, org).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id);
    }

    /// <summary>A new invite with its token, which is stored nowhere; null when somebody has this address already, or
    /// too many are open.</summary>
    public Task<(InviteRow Row, string Token)?> CreateAsync(
        OrgId org, string email, string role, IReadOnlyList<(ProjectId Project, string Role)> projects, Actor actor) =>
        trail.ActAsync<(InviteRow, string)?>(org, actor, async act =>
        {
            var now = time.GetUtcNow();
            var since = now.ToUnixTimeMilliseconds();
            if (await act.Db.Members.AnyAsync(row => row.Org == org.Value && row.Email == email)
                || await Open(act.Db, org, since).CountAsync() >= MaxOpen)
            {
                return null;
            }

            var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
            var row = new InviteRow
            {
                Id = Guid.CreateVersion7(now),
                Org = org.Value,
                Email = email,
                Role = role,
                Projects = string.Join(' ', projects.Select(part => $"{part.Project}:{part.Role}")),
                Hash = Hash(token),
                InvitedAt = since,
                ExpiresAt = (now + Life).ToUnixTimeMilliseconds(),
            };
            act.Db.Add(row);
            act.Note(new("invite.sent", ObjectIds.Invite(row.Id), null, new() { ["email"] = email, ["role"] = role }));
            return (row, token);
        });

    /// <summary>Takes an invite back; false when there is none that is open.</summary>
    public Task<bool> DeleteAsync(OrgId org, Guid id, Actor actor) => trail.ActAsync(org, actor, async act =>
    {
        var row = await Of(act.Db, org).SingleOrDefaultAsync(one => one.Id == id && one.AcceptedAt == null);
        if (row is null)
        {
            return false;
        }

        row.DeletedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
        act.Note(new("invite.deleted", ObjectIds.Invite(id)));
        return true;
    });

    /// <summary>Makes who holds the token, and has shown to have the address, a person of the organisation; null when
    /// the token is not good (any more) or is for another address.</summary>
    /// <param name="token">Of the invite's link.</param>
    /// <param name="email">The address that he has.</param>
    /// <param name="name">What he is called.</param>
    /// <param name="by">Who he is in the portal, if he signs in there.</param>
    public async Task<MemberRow?> AcceptAsync(string token, string email, string name, Guid? by = null)
    {
        var hash = Hash(token);
        await using var db = await contexts.CreateDbContextAsync();
        var found = await db.Invites.AsNoTracking().SingleOrDefaultAsync(row => row.Hash == hash);
        return found is null || found.Email != email
            ? null
            : await trail.ActAsync(
                new(found.Org), new(Actor.Token, ObjectIds.Invite(found.Id)),
                act => AcceptAsync(act, found.Id, name, by));
    }

    /// <summary>The invite that a token opens; null when it is not good (any more).</summary>
    public async Task<InviteRow?> FindAsync(string token)
    {
        var (hash, now) = (Hash(token), time.GetUtcNow().ToUnixTimeMilliseconds());
        await using var db = await contexts.CreateDbContextAsync();
        return await db.Invites.AsNoTracking().SingleOrDefaultAsync(row =>
            row.Hash == hash && row.AcceptedAt == null && row.DeletedAt == null && row.ExpiresAt > now);
    }

    /// <summary>The projects that an invite leads into.</summary>
    public static IEnumerable<(ProjectId Project, string Role)> ProjectsOf(InviteRow row)
    {
        foreach (var part in row.Projects.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var mark = part.IndexOf(':', StringComparison.Ordinal);
            if (ProjectId.TryParse(part.AsSpan(0, mark), out var project))
            {
                yield return (project, part[(mark + 1)..]);
            }
        }
    }

    private async Task<MemberRow?> AcceptAsync(AuditedAct act, Guid id, string name, Guid? by)
    {
        // Read again under the organisation's lock: two who click at once are one.
        var now = time.GetUtcNow();
        var since = now.ToUnixTimeMilliseconds();
        var invite = await act.Db.Invites.SingleAsync(row => row.Id == id);
        if (invite.AcceptedAt is not null || invite.DeletedAt is not null || invite.ExpiresAt <= since
            || await act.Db.Members.AnyAsync(row => row.Org == invite.Org && row.Email == invite.Email))
        {
            return null;
        }

        invite.AcceptedAt = since;
        var person = new MemberRow
        {
            Id = Guid.CreateVersion7(now),
            Org = invite.Org,
            Email = invite.Email,
            Name = name,
            Role = invite.Role,
            CreatedAt = since,
            Person = by,
        };
        act.Db.Add(person);
        foreach (var (project, role) in ProjectsOf(invite))
        {
            act.Db.Add(PeopleStore.NewPart(invite.Org, project.Value, person.Id, role, since));
        }

        act.Note(new("invite.accepted", ObjectIds.Invite(id)));
        act.Note(new("user.added", ObjectIds.User(person.Id), null, new() { ["role"] = person.Role }));
        return person;
    }

    private byte[] Hash(string token) =>
        HMACSHA256.HashData(pepper.Bytes, (byte[])[.. Domain, .. Encoding.UTF8.GetBytes(token)]);

    private static IQueryable<InviteRow> Of(AccessDb db, OrgId org) =>
        db.Invites.Where(row => row.Org == org.Value && row.DeletedAt == null);

    private static IQueryable<InviteRow> Open(AccessDb db, OrgId org, long now) =>
        Of(db, org).Where(row => row.AcceptedAt == null && row.ExpiresAt > now);
}
