using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Links that a command prints: 256 random bits, stored as a keyed hash, good once and for half an
/// hour.</summary>
internal sealed class SetupLinks(IDbContextFactory<PersonDb> contexts, Pepper pepper, TimeProvider time)
{
    private const int TokenBytes = 32;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(30);

    // Keys are hashed under the same pepper, and none of them starts like this.
    private static ReadOnlySpan<byte> Domain => "setup\0"u8;

    /// <summary>A new link's token, which is stored nowhere.</summary>
    /// <param name="email">Whose.</param>
    /// <param name="org">The organisation that he owns; null: he is an operator.</param>
    /// <param name="role"><c>owner</c>, or an operator's role.</param>
    public async Task<string> CreateAsync(string email, OrgId? org, string role)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync();
        db.Add(new SetupLinkRow
        {
            Hash = Hash(token),
            Email = email,
            Org = org?.Value,
            Role = role,
            CreatedAt = now.ToUnixTimeMilliseconds(),
            ExpiresAt = (now + Life).ToUnixTimeMilliseconds(),
        });
        await db.SaveChangesAsync();
        return token;
    }

    /// <summary>The link of a token; null when it is not good (any more).</summary>
    public async Task<SetupLinkRow?> FindAsync(string token)
    {
        var (hash, now) = (Hash(token), time.GetUtcNow().ToUnixTimeMilliseconds());
        await using var db = await contexts.CreateDbContextAsync();
        return await db.SetupLinks.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Hash == hash && row.UsedAt == null && row.ExpiresAt > now);
    }

    /// <summary>Uses a link up; false when somebody was faster.</summary>
    public async Task<bool> TakeAsync(SetupLinkRow link)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await using var db = await contexts.CreateDbContextAsync();
        return await db.SetupLinks
            .Where(row => row.Hash == link.Hash && row.UsedAt == null && row.ExpiresAt > now)
            .ExecuteUpdateAsync(row => row.SetProperty(one => one.UsedAt, now)) == 1;
    }

    private byte[] Hash(string token) =>
        HMACSHA256.HashData(pepper.Bytes, (byte[])[.. Domain, .. Encoding.UTF8.GetBytes(token)]);
}
