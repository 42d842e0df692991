using Gateway.Api.Access;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Portal.SignIn;

/// <summary>What a person signs in with, as rows: whoever removes one leaves him another, also when two requests remove
/// two at once.</summary>
internal sealed class SignInMeans(IDbContextFactory<PersonDb> contexts)
{
    private const int Shown = 20;

    /// <summary>A person's passkeys, and which of them are locked.</summary>
    public async Task<List<(IdentityPasskeyData Data, byte[] Id, bool IsLocked)>> PasskeysAsync(Guid person)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var rows = await db.Set<IdentityUserPasskey<Guid>>().AsNoTracking().Where(row => row.UserId == person)
            .Select(row => new
            {
                Passkey = row,
                IsLocked = db.PasskeyLocks.Any(one => one.CredentialId == row.CredentialId),
            }).ToListAsync();
        return [.. rows.OrderBy(row => row.Passkey.Data.CreatedAt)
            .Select(row => (row.Passkey.Data, row.Passkey.CredentialId, row.IsLocked))];
    }

    /// <summary>A person's wallets, the oldest first, and how many recovery codes he has left.</summary>
    public async Task<(IReadOnlyList<string> Wallets, int Codes)> WalletsAsync(Guid person)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var found = await db.Users.AsNoTracking().Where(row => row.Id == person).Select(row => new
        {
            Codes = db.RecoveryCodes.Count(code => code.Person == row.Id),
            Wallets = db.Wallets.Where(wallet => wallet.Person == row.Id).ToList(),
        }).AsSingleQuery().SingleAsync();
        return ([.. found.Wallets.OrderBy(row => row.AddedAt).Select(row => row.Address)], found.Codes);
    }

    /// <summary>What happened lately at his sign-in, the newest first.</summary>
    public async Task<List<SignInEventRow>> EventsAsync(Guid person)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.SignInEvents.AsNoTracking().Where(row => row.Person == person)
            .OrderByDescending(row => row.At).ThenByDescending(row => row.Id).Take(Shown).ToListAsync();
    }

    /// <summary>Removes a passkey or a wallet; false, and nothing is changed, when no other way in would be
    /// left.</summary>
    public async Task<bool> RemoveAsync(Guid person, byte[]? passkey, string? wallet)
    {
        await using var db = await contexts.CreateDbContextAsync();

        // SQLite's provider begins with a write lock; PostgreSQL locks the person's name until the commit.
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (db.Database.IsNpgsql())
        {
            await db.Database.ExecuteSqlAsync(
                $"SELECT pg_advisory_xact_lock(hashtextextended({"gateway.person." + person}, 0))");
        }

        var passkeys = db.Set<IdentityUserPasskey<Guid>>().Where(row => row.UserId == person);
        var locked = await db.PasskeyLocks.Where(row => row.Person == person).Select(row => row.CredentialId)
            .ToListAsync();
        var others = (await passkeys.Select(row => row.CredentialId).ToListAsync())
            .Count(id => !Same(id, passkey) && !locked.Exists(one => Same(one, id)));
        others += await db.Wallets.CountAsync(row => row.Person == person && row.Address != wallet);
        others += await db.UserLogins.CountAsync(row => row.UserId == person);
        others += await db.Users.CountAsync(row => row.Id == person && row.PasswordHash != null);
        if (others == 0)
        {
            return false;
        }

        await passkeys.Where(row => row.CredentialId == passkey).ExecuteDeleteAsync();
        await db.Wallets.Where(row => row.Person == person && row.Address == wallet).ExecuteDeleteAsync();
        await transaction.CommitAsync();
        return true;
    }

    private static bool Same(byte[] one, byte[]? other) => other is not null && one.AsSpan().SequenceEqual(other);
}
