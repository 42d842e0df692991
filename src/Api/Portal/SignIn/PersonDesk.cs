using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Core;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Portal.SignIn;

/// <summary>Makes people of addresses, and gives them what a link promises.</summary>
internal sealed class PersonDesk(
    UserManager<Person> people, IDbContextFactory<PersonDb> contexts, InviteStore invites, AuditTrail trail,
    TimeProvider time)
{
    /// <summary>The person of a link that a command printed: whoever has it is who the operator meant.</summary>
    public async Task<Person> EnrolAsync(SetupLinkRow link)
    {
        var person = await people.FindByEmailAsync(link.Email) ?? await CreateAsync(link.Email);
        await using var db = await contexts.CreateDbContextAsync();
        if (link.Org is { } org)
        {
            await trail.ActAsync(new OrgId(org), Actor.Console, async act =>
            {
                var member = await act.Db.Members.SingleAsync(row => row.Org == org && row.Email == link.Email);
                member.Person = person.Id;
                act.Note(new("user.enrolled", ObjectIds.User(member.Id)));
                return true;
            });
        }
        else
        {
            await trail.ActAsync(AuditTrail.Operator, Actor.Console, act =>
            {
                act.Note(new(
                    "operator.enrolled", ObjectIds.User(person.Id), null, new() { ["role"] = link.Role }));
                return Task.FromResult(true);
            });
            if (!await db.OperatorRoles.AnyAsync(row => row.Person == person.Id && row.Role == link.Role))
            {
                var now = time.GetUtcNow().ToUnixTimeMilliseconds();
                db.Add(new OperatorRoleRow { Person = person.Id, Role = link.Role, GivenAt = now });
                await db.SaveChangesAsync();
            }
        }

        return person;
    }

    /// <summary>Accepts an invite; null when it is not good, or not for this address.</summary>
    /// <param name="token">Of its link.</param>
    /// <param name="email">The address it was sent to.</param>
    /// <param name="name">What the new member is called.</param>
    /// <param name="known">Who is signed in; null: somebody new.</param>
    public async Task<MemberRow?> AcceptAsync(string token, string email, string name, Guid? known)
    {
        if (await invites.FindAsync(token) is not { } invite || invite.Email != email)
        {
            return null;
        }

        var person = known is null ? await CreateAsync(email) : null;
        var id = person?.Id ?? known!.Value;
        if (await invites.AcceptAsync(token, email, name, id) is { } member)
        {
            return member;
        }

        if (person is not null)
        {
            await people.DeleteAsync(person);
        }

        return null;
    }

    /// <summary>Whether somebody signs in with this address.</summary>
    public async Task<bool> IsKnownAsync(string email) => await people.FindByEmailAsync(email) is not null;

    private async Task<Person> CreateAsync(string email)
    {
        var now = time.GetUtcNow();
        var person = new Person
        {
            Id = Guid.CreateVersion7(now),
            UserName = email,
            Email = email,
            CreatedAt = now.ToUnixTimeMilliseconds(),
        };
        var result = await people.CreateAsync(person);
        return result.Succeeded
            ? person
            : throw new InvalidOperationException(string.Join("; ", result.Errors.Select(error => error.Code)));
    }
}
