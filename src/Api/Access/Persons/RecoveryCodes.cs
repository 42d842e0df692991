using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Ten codes for who lost his authenticator: each good once, stored as a hash.</summary>
internal sealed class RecoveryCodes(IDbContextFactory<PersonDb> contexts, Pepper pepper)
{
    public const int Count = 10;

    private const int CodeBytes = 10;

    private static ReadOnlySpan<byte> Domain => "recovery\0"u8;

    /// <summary>New codes in the place of all old ones; shown this once.</summary>
    public async Task<IReadOnlyList<string>> RenewAsync(Guid person)
    {
        var codes = Enumerable.Range(0, Count)
            .Select(_ => Totp.ToText(RandomNumberGenerator.GetBytes(CodeBytes))).ToList();
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.RecoveryCodes.Where(row => row.Person == person).ExecuteDeleteAsync();
        db.AddRange(codes.Select(code => new RecoveryCodeRow { Person = person, Hash = Hash(person, code) }));
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return codes;
    }

    /// <summary>Uses a code up; false: it is none, or was used.</summary>
    public async Task<bool> TakeAsync(Guid person, string code)
    {
        var hash = Hash(person, code.ToUpperInvariant());
        await using var db = await contexts.CreateDbContextAsync();
        return await db.RecoveryCodes.Where(row => row.Person == person && row.Hash == hash)
            .ExecuteDeleteAsync() == 1;
    }

    private byte[] Hash(Guid person, string code) => HMACSHA256.HashData(
        pepper.Bytes, (byte[])[.. Domain, .. person.ToByteArray(), .. Encoding.UTF8.GetBytes(code)]);
}
