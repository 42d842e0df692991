using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gateway.Api.Portal.SignIn;

/// <summary>Passkeys by Identity's own handler. Every challenge is 32 bytes, for one browser, for five minutes, and
/// good once.</summary>
internal sealed class Passkeys(
    IPasskeyHandler<Person> handler, UserManager<Person> people, Attempts attempts,
    IDbContextFactory<PersonDb> contexts, TimeProvider time)
{
    /// <summary>Passkeys that a person may have.</summary>
    public const int Most = 10;

    private const string New = "new-passkey";
    private const string Known = "passkey";
    private const int MaxName = 60;

    /// <summary>What the browser needs to make a passkey.</summary>
    public async Task<string> BeginNewAsync(HttpContext context, PortalVisitor visitor)
    {
        var options = await handler.MakeCreationOptionsAsync(
            new() { Id = visitor.PersonId.ToString(), Name = visitor.Email, DisplayName = visitor.Email }, context);
        await attempts.PutAsync(context, New, options.AttestationState!);
        return options.CreationOptionsJson;
    }

    /// <summary>Keeps the passkey that the browser made; false: it answers no challenge of ours, or there are enough.
    /// </summary>
    public async Task<bool> AddAsync(HttpContext context, PortalVisitor visitor, string credential, string name)
    {
        if (await attempts.FindAsync(context, New) is not { } state)
        {
            return false;
        }

        var result = await handler.PerformAttestationAsync(
            new() { HttpContext = context, CredentialJson = credential, AttestationState = state });
        var person = await people.FindByIdAsync(visitor.PersonId.ToString());
        if (!result.Succeeded || result.UserEntity.Id != visitor.PersonId.ToString()
            || !await attempts.TakeAsync(context, New, state)
            || (await people.GetPasskeysAsync(person!)).Count >= Most)
        {
            return false;
        }

        result.Passkey.Name = name[..Math.Min(name.Length, MaxName)];
        return (await people.AddOrUpdatePasskeyAsync(person!, result.Passkey)).Succeeded;
    }

    /// <summary>What the browser needs to use a passkey.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visitor">Whose; null: whoever has one here.</param>
    public async Task<string> BeginAsync(HttpContext context, PortalVisitor? visitor)
    {
        var person = visitor is null ? null : await people.FindByIdAsync(visitor.PersonId.ToString());
        var options = await handler.MakeRequestOptionsAsync(person, context);
        await attempts.PutAsync(context, Known, options.AssertionState!);
        return options.RequestOptionsJson;
    }

    /// <summary>Whose passkey answered the challenge; null: nobody's. One whose counter fell is locked: it may have
    /// been copied.</summary>
    public async Task<Person?> FindAsync(HttpContext context, string credential)
    {
        if (await attempts.FindAsync(context, Known) is not { } state)
        {
            return null;
        }

        var result = await handler.PerformAssertionAsync(
            new() { HttpContext = context, CredentialJson = credential, AssertionState = state });
        if (!result.Succeeded)
        {
            await LockFallenAsync(credential, result.Failure);
            return null;
        }

        if (await IsLockedAsync(result.Passkey.CredentialId) || !await attempts.TakeAsync(context, Known, state))
        {
            return null;
        }

        await people.AddOrUpdatePasskeyAsync(result.User, result.Passkey);
        return result.User;
    }

    /// <summary>A person's passkeys, and which of them are locked.</summary>
    public async Task<IReadOnlyList<(UserPasskeyInfo Passkey, bool IsLocked)>> ListAsync(Guid person)
    {
        var owner = await people.FindByIdAsync(person.ToString());
        await using var db = await contexts.CreateDbContextAsync();
        var locked = await db.PasskeyLocks.AsNoTracking().Where(row => row.Person == person)
            .Select(row => row.CredentialId).ToListAsync();
        return
        [
            .. (await people.GetPasskeysAsync(owner!)).Select(passkey =>
                (passkey, locked.Exists(id => id.AsSpan().SequenceEqual(passkey.CredentialId)))),
        ];
    }

    private async Task<bool> IsLockedAsync(byte[] credential)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.PasskeyLocks.AnyAsync(row => row.CredentialId == credential);
    }

    // Identity checks the signature before the counter: nobody without the key gets this far.
    private async Task LockFallenAsync(string credential, PasskeyException failure)
    {
        if (!failure.Message.Contains("signature counter", StringComparison.Ordinal)
            || IdOf(credential) is not { } id || await people.FindByPasskeyIdAsync(id) is not { } person)
        {
            return;
        }

        await using var db = await contexts.CreateDbContextAsync();
        if (!await db.PasskeyLocks.AnyAsync(row => row.CredentialId == id))
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            db.Add(new PasskeyLockRow { CredentialId = id, Person = person.Id, LockedAt = now });
            await db.SaveChangesAsync();
        }
    }

    private static byte[]? IdOf(string credential)
    {
        using var json = JsonDocument.Parse(credential);
        return json.RootElement.TryGetProperty("id", out var id) && id.GetString() is { } text
            ? System.Buffers.Text.Base64Url.DecodeFromChars(text)
            : null;
    }
}

/// <summary>Binds passkeys to the portal's own name.</summary>
internal sealed class PasskeySetup(PortalOrigin origin) : IConfigureOptions<IdentityPasskeyOptions>
{
    // COSE's numbers (RFC 9053): ECDSA with P-256, and RSA with PKCS#1, which TPMs still make.
    private const int Es256 = -7;
    private const int Rs256 = -257;

    public void Configure(IdentityPasskeyOptions options)
    {
        options.ServerDomain = origin.Domain;
        options.ChallengeSize = 32;
        options.AuthenticatorTimeout = Attempts.Life;
        options.UserVerificationRequirement = "required";
        options.ResidentKeyRequirement = "required";
        options.AttestationConveyancePreference = "none";
        options.IsAllowedAlgorithm = algorithm => algorithm is Es256 or Rs256;
        options.ValidateOrigin = context => ValueTask.FromResult(
            context.Origin == origin.Text && !context.CrossOrigin && context.TopOrigin is null);
    }
}
