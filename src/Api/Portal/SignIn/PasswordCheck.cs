using System.Security.Cryptography;
using Gateway.Api.Access;
using Microsoft.AspNetCore.Identity;

namespace Gateway.Api.Portal.SignIn;

/// <summary>Checks an address and a password. A name that nobody has takes the same time and gets the same
/// answer.</summary>
internal sealed class PasswordCheck(UserManager<Person> people, NobodysPassword nobody)
{
    /// <summary>Who that is; null when either is wrong.</summary>
    public async Task<Person?> FindAsync(string email, string password)
    {
        var person = await people.FindByEmailAsync(email);
        if (person?.PasswordHash is null)
        {
            nobody.Verify(password);
            return null;
        }

        // Also writes a hash of fewer rounds anew.
        return await people.CheckPasswordAsync(person, password) ? person : null;
    }
}

/// <summary>A hash that no password fits, made once, to spend the time of checking one.</summary>
internal sealed class NobodysPassword(IServiceScopeFactory scopes)
{
    private static readonly Person Nobody = new() { CreatedAt = 0 };

    private readonly Lazy<string> _hash = new(() =>
    {
        using var scope = scopes.CreateScope();
        return Hasher(scope).HashPassword(
            Nobody, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
    });

    public void Verify(string password)
    {
        using var scope = scopes.CreateScope();
        _ = Hasher(scope).VerifyHashedPassword(Nobody, _hash.Value, password);
    }

    private static IPasswordHasher<Person> Hasher(IServiceScope scope) =>
        scope.ServiceProvider.GetRequiredService<IPasswordHasher<Person>>();
}
