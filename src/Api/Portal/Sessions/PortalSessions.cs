using System.Collections.Frozen;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Portal.SignIn;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Portal.Sessions;

/// <summary>Sessions, kept on the server: 12 hours at most, half an hour without a request.</summary>
internal sealed class PortalSessions(IDbContextFactory<PersonDb> contexts, PortalCookie cookie, TimeProvider time)
    : IVisitors
{
    public const string ByPassword = "password";

    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    // Below this age a session's last sight is not written anew.
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    /// <summary>Signs a person in: a new session under a new id, and what the request brought of an older one
    /// ends.</summary>
    /// <param name="context">The request that proved who he is.</param>
    /// <param name="person">Him.</param>
    /// <param name="how">By what.</param>
    public async Task OpenAsync(HttpContext context, Guid person, string how)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync();
        if (cookie.Read(context, PortalCookie.Session) is { } old)
        {
            await db.Sessions.Where(row => row.Hash == old).ExecuteDeleteAsync();
        }

        await RemoveExpiredAsync(db, now);
        var member = await db.Members.AsNoTracking().Where(row => row.Person == person)
            .OrderBy(row => row.CreatedAt).ThenBy(row => row.Id).FirstOrDefaultAsync();
        db.Add(SignInEvents.Row(context, person, SignInEvents.Opened, how, now));
        db.Add(new SessionRow
        {
            Hash = cookie.Issue(context, PortalCookie.Session, Life),
            Id = Guid.CreateVersion7(now),
            Person = person,
            Org = member?.Org,
            CreatedAt = now.ToUnixTimeMilliseconds(),
            SeenAt = now.ToUnixTimeMilliseconds(),
            ExpiresAt = (now + Life).ToUnixTimeMilliseconds(),
            SteppedUpAt = IsProof(how) ? now.ToUnixTimeMilliseconds() : null,
            How = how,
            Address = context.Connection.RemoteIpAddress?.ToString() ?? "",
            Agent = SignInEvents.AgentOf(context),
        });
        await db.SaveChangesAsync();
        await SignInEvents.TrimAsync(db, person);
    }

    /// <summary>Lets the session that a visitor is in look at another organisation of his. It is no proof of anything.
    /// </summary>
    /// <returns>False: he is no member there, or the session ended.</returns>
    public async Task<bool> LookAtAsync(PortalVisitor visitor, Guid org)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.Members.AnyAsync(row => row.Person == visitor.PersonId && row.Org == org)
            && await db.Sessions.Where(row => row.Id == visitor.SessionId && row.Person == visitor.PersonId)
                .ExecuteUpdateAsync(row => row.SetProperty(session => session.Org, (Guid?)org)) == 1;
    }

    /// <summary>Notes a fresh proof: the session goes on under a new id.</summary>
    public async Task StepUpAsync(HttpContext context, PortalVisitor visitor, string how)
    {
        var now = time.GetUtcNow();
        var hash = cookie.Issue(context, PortalCookie.Session, visitor.SignedInAt + Life - now);
        await using var db = await contexts.CreateDbContextAsync();
        db.Add(SignInEvents.Row(context, visitor.PersonId, SignInEvents.Proved, how, now));
        await db.SaveChangesAsync();
        await db.Sessions.Where(row => row.Id == visitor.SessionId && row.Person == visitor.PersonId)
            .ExecuteUpdateAsync(row => row
                .SetProperty(session => session.Hash, hash)
                .SetProperty(session => session.SteppedUpAt, now.ToUnixTimeMilliseconds()));
    }

    /// <inheritdoc/>
    public ValueTask<PortalVisitor?> FindAsync(HttpContext context) =>
        cookie.Read(context, PortalCookie.Session) is { } hash ? new(FindAsync(hash)) : default;

    /// <summary>A person's sessions that live, the newest first, and the organisations that he is a member of, the
    /// oldest membership first.</summary>
    public async Task<(List<SessionRow> Sessions, List<OrganizationRow> Organizations)> ListAsync(Guid person)
    {
        var now = time.GetUtcNow();
        var (since, idle) = (now.ToUnixTimeMilliseconds(), (now - Idle).ToUnixTimeMilliseconds());
        await using var db = await contexts.CreateDbContextAsync();
        var found = await db.Users.AsNoTracking().Where(row => row.Id == person).Select(row => new
        {
            Sessions = db.Sessions
                .Where(one => one.Person == row.Id && one.ExpiresAt > since && one.SeenAt > idle).ToList(),
            Parts = (
                from member in db.Members
                where member.Person == row.Id
                join org in db.Organizations on member.Org equals org.Id
                select new { member.CreatedAt, member.Id, Org = org }).ToList(),
        }).AsSingleQuery().SingleAsync();
        return (
            [.. found.Sessions.OrderByDescending(one => one.CreatedAt)],
            [.. found.Parts.OrderBy(part => part.CreatedAt).ThenBy(part => part.Id).Select(part => part.Org)]);
    }

    /// <summary>Ends one session of a person, or all of them.</summary>
    public async Task EndAsync(HttpContext context, Guid person, Guid? id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var rows = db.Sessions.Where(row => row.Person == person && (id == null || row.Id == id));
        var ended = await rows.Select(row => row.How).ToListAsync();
        await rows.ExecuteDeleteAsync();
        db.AddRange(ended.Select(how =>
            SignInEvents.Row(context, person, SignInEvents.Ended, how, time.GetUtcNow())));
        await db.SaveChangesAsync();
    }

    private async Task<PortalVisitor?> FindAsync(byte[] hash)
    {
        var now = time.GetUtcNow();
        var (since, idle) = (now.ToUnixTimeMilliseconds(), (now - Idle).ToUnixTimeMilliseconds());
        await using var db = await contexts.CreateDbContextAsync();
        var found = await (
            from session in db.Sessions.AsNoTracking()
            where session.Hash == hash && session.ExpiresAt > since && session.SeenAt > idle
            join person in db.Users on session.Person equals person.Id
            select new
            {
                Session = session,
                Person = person,
                Member = db.Members.FirstOrDefault(row => row.Person == person.Id && row.Org == session.Org),
                Organization = db.Organizations.Where(row => row.Id == session.Org).Select(row => row.Name)
                    .FirstOrDefault(),
                Operator = db.OperatorRoles.Where(row => row.Person == person.Id).Select(row => row.Role).ToList(),
                Groups = (
                    from part in db.GroupMembers
                    join member in db.Members on part.Member equals member.Id
                    where member.Person == person.Id && member.Org == session.Org
                    join role in db.GroupRoles on part.PeopleGroup equals role.PeopleGroup
                    select role.Role).ToList(),
            }).SingleOrDefaultAsync();
        if (found is null)
        {
            return null;
        }

        await NoteSeenAsync(db, found.Session, now);
        var visitor = ToVisitor(found.Session, found.Person, found.Member, found.Organization) with
        {
            OperatorRoles = found.Operator.ToFrozenSet(),
        };
        return visitor.In(found.Groups.Select(static name => RoleNames.Parse(name)!.Value));
    }

    /// <summary>Ends all of a person's sessions but the one he is in.</summary>
    public async Task EndOthersAsync(PortalVisitor visitor)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await db.Sessions.Where(row => row.Person == visitor.PersonId && row.Id != visitor.SessionId)
            .ExecuteDeleteAsync();
    }

    // A password may be guessed, and a link lies in a mailbox: whoever holds one proves nothing of himself.
    private static bool IsProof(string how) =>
        how is PasskeyPages.ByPasskey or WalletPages.ByWallet or OidcPages.ByIssuer;

    private static Task<int> RemoveExpiredAsync(PersonDb db, DateTimeOffset now)
    {
        var (since, idle) = (now.ToUnixTimeMilliseconds(), (now - Idle).ToUnixTimeMilliseconds());
        return db.Sessions.Where(row => row.ExpiresAt <= since || row.SeenAt <= idle).ExecuteDeleteAsync();
    }

    private static async Task NoteSeenAsync(PersonDb db, SessionRow session, DateTimeOffset now)
    {
        var since = now.ToUnixTimeMilliseconds();
        if (since - session.SeenAt >= (long)SeenEvery.TotalMilliseconds)
        {
            await db.Sessions.Where(row => row.Hash == session.Hash)
                .ExecuteUpdateAsync(row => row.SetProperty(seen => seen.SeenAt, since));
        }
    }

    // Who was taken out of his organisation may still end his sessions: its pages refuse him.
    private static PortalVisitor ToVisitor(
        SessionRow session, Person person, MemberRow? member, string? organization)
    {
        var org = member is null ? AuditTrail.Operator : new OrgId(member.Org);
        var name = member is null ? "" : organization ?? "";
        return new(person.Id, person.Email!, org, name, RoleNames.Parse(member?.Role))
        {
            MemberId = member?.Id,
            SessionId = session.Id,
            Language = person.Language is { Length: > 0 } language ? language : null,
            Theme = person.Theme is { Length: > 0 } theme ? theme : null,
            SignedInAt = DateTimeOffset.FromUnixTimeMilliseconds(session.CreatedAt),
            SteppedUpAt = session.SteppedUpAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        };
    }
}
