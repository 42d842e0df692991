using System.Buffers.Text;
using System.Security.Cryptography;
using Gateway.Api.Access;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Api.Wiring;

/// <summary>Who signs in to DevNet's portal by the passwords of devnet.json.</summary>
internal sealed class DemoLogin(
    IDbContextFactory<PersonDb> contexts, IServiceScopeFactory scopes, TimeProvider time)
{
    private const int PasswordBytes = 24;

    // 192 random bits need no stretching, and no start should wait for it; the first sign-in hashes them as any other.
    private static readonly PasswordHasher<Person> Hasher =
        new(Options.Create(new PasswordHasherOptions { IterationCount = 1 }));

    /// <summary>Gives the owner of an address a new password, and makes him a person where he is none yet.</summary>
    public async Task<string> RenewAsync(string email) => (await RenewPersonAsync(email)).Password;

    /// <summary>The same for somebody who is everything on the operator's side. What takes two people takes another
    /// one beside him.</summary>
    public async Task<string> RenewOperatorAsync(string email)
    {
        var (person, password) = await RenewPersonAsync(email);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await using var db = await contexts.CreateDbContextAsync();
        var known = await db.OperatorRoles.Where(row => row.Person == person).Select(row => row.Role).ToListAsync();
        db.AddRange(OperatorRoleRow.Roles.Except(known)
            .Select(role => new OperatorRoleRow { Person = person, Role = role, GivenAt = now }));
        await db.SaveChangesAsync();
        return password;
    }

    private async Task<(Guid Person, string Password)> RenewPersonAsync(string email)
    {
        using var scope = scopes.CreateScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var person = await people.FindByEmailAsync(email) ?? await CreateAsync(people, email);
        var password = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(PasswordBytes));
        person.PasswordHash = Hasher.HashPassword(person, password);
        Require(await people.UpdateSecurityStampAsync(person));

        await using var db = await contexts.CreateDbContextAsync();
        await db.Members.Where(row => row.Email == email)
            .ExecuteUpdateAsync(row => row.SetProperty(member => member.Person, person.Id));
        return (person.Id, password);
    }

    private async Task<Person> CreateAsync(UserManager<Person> people, string email)
    {
        var now = time.GetUtcNow();
        var person = new Person
        {
            Id = Guid.CreateVersion7(now),
            UserName = email,
            Email = email,
            CreatedAt = now.ToUnixTimeMilliseconds(),
        };
        Require(await people.CreateAsync(person));
        return person;
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException(string.Join("; ", result.Errors.Select(error => error.Code)));
        }
    }
}
