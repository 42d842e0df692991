using System.Security.Cryptography;
using Gateway.Api.Access;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Portal.SignIn;

/// <summary>Codes beside a password: of an authenticator app, or one of ten for who lost it.</summary>
internal sealed class SecondFactor(
    IDbContextFactory<PersonDb> contexts, RecoveryCodes codes, SecretSeal seal, TimeProvider time)
{
    /// <summary>A new secret, sealed for a person, and as he types it.</summary>
    public (string Sealed, string Text) NewSecret(Guid person)
    {
        var secret = RandomNumberGenerator.GetBytes(Totp.SecretSize);
        return (seal.Seal(secret, PlaceOf(person)), Totp.ToText(secret));
    }

    /// <summary>A sealed secret as its person types it.</summary>
    public string TextOf(Guid person, string sealedSecret) => Totp.ToText(seal.Open(sealedSecret, PlaceOf(person)));

    /// <summary>The step of the code that a new secret shows; null: it is not that code.</summary>
    public long? Match(Guid person, string sealedSecret, string code) =>
        Totp.Match(seal.Open(sealedSecret, PlaceOf(person)), code, time.GetUtcNow(), last: 0);

    /// <summary>Takes a code of a person: each counts once, whoever of two is first.</summary>
    public async Task<bool> TakeAsync(Guid id, string code)
    {
        code = string.Concat(code.Where(char.IsLetterOrDigit));
        await using var db = await contexts.CreateDbContextAsync();
        var person = await db.Users.AsNoTracking().SingleAsync(row => row.Id == id);
        if (person.TotpSecret is not { } sealedSecret)
        {
            return false;
        }

        var secret = seal.Open(sealedSecret, PlaceOf(id));
        if (Totp.Match(secret, code, time.GetUtcNow(), person.TotpStep) is { } step)
        {
            return await db.Users.Where(row => row.Id == id && row.TotpStep < step)
                .ExecuteUpdateAsync(row => row.SetProperty(one => one.TotpStep, step)) == 1;
        }

        return await codes.TakeAsync(id, code);
    }

    private static string PlaceOf(Guid person) => $"totp/{person:N}";
}
