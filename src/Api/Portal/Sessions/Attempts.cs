using Gateway.Api.Access;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Portal.Sessions;

/// <summary>What is under way in a browser: a challenge, a nonce, half a sign-in. Each belongs to that browser's cookie
/// and lives five minutes, so that nobody else can use it up.</summary>
internal sealed class Attempts(IDbContextFactory<PersonDb> contexts, FormToken token, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>Begins one, in the place of an older one for the same purpose.</summary>
    public async Task PutAsync(HttpContext context, string purpose, string state)
    {
        var hash = token.Attempt(context);
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var since = now.ToUnixTimeMilliseconds();
        await db.Attempts.Where(row => (row.Hash == hash && row.Purpose == purpose) || row.ExpiresAt <= since)
            .ExecuteDeleteAsync();
        db.Add(new AttemptRow
        {
            Hash = hash,
            Purpose = purpose,
            State = state,
            ExpiresAt = (now + Life).ToUnixTimeMilliseconds(),
        });
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    /// <summary>What this browser began; null: nothing, or too long ago.</summary>
    public async Task<string?> FindAsync(HttpContext context, string purpose)
    {
        var (hash, now) = (token.Attempt(context), time.GetUtcNow().ToUnixTimeMilliseconds());
        await using var db = await contexts.CreateDbContextAsync();
        return await db.Attempts.AsNoTracking()
            .Where(row => row.Hash == hash && row.Purpose == purpose && row.ExpiresAt > now)
            .Select(row => row.State).SingleOrDefaultAsync();
    }

    /// <summary>Ends it; false when another request ended it first: of two that bring the same answer one
    /// counts.</summary>
    public async Task<bool> TakeAsync(HttpContext context, string purpose, string state)
    {
        var hash = token.Attempt(context);
        await using var db = await contexts.CreateDbContextAsync();
        return await db.Attempts.Where(row => row.Hash == hash && row.Purpose == purpose && row.State == state)
            .ExecuteDeleteAsync() == 1;
    }
}
