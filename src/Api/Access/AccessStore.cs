using System.Security.Cryptography;
using System.Text;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Reads and writes of organisations, members and keys.</summary>
internal sealed class AccessStore(
    IDbContextFactory<AccessDb> contexts, ProjectStore projects, Pepper pepper, TimeProvider time)
{
    private const int ShownCharacters = 4;

    /// <summary>The caller whose key has this hash, or null.</summary>
    public async Task<Caller?> FindKeyAsync(byte[] hash)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await CallerReader.FindAsync(db, hash);
    }

    /// <summary>The organisation that an e-mail address owns, or null.</summary>
    public async Task<OrgId?> FindOwnedAsync(string email)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var row = await db.Members.AsNoTracking().OrderBy(member => member.CreatedAt)
            .FirstOrDefaultAsync(member => member.Email == email && member.Role == "owner");
        return row is null ? null : new OrgId(row.Org);
    }

    /// <summary>The organisation of that name that an e-mail address owns, or null.</summary>
    public async Task<OrgId?> FindOwnedAsync(string email, string name)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var ids = await db.Members.AsNoTracking()
            .Where(member => member.Email == email && member.Role == "owner")
            .Join(db.Organizations.Where(org => org.Name == name), member => member.Org, org => org.Id,
                (member, org) => org.Id)
            .Take(1).ToListAsync();
        return ids.Count == 0 ? null : new OrgId(ids[0]);
    }

    /// <summary>A new organisation with its owner.</summary>
    public async Task<OrgId> CreateOrganizationAsync(string name, string ownerEmail)
    {
        var org = OrgId.Create(time);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await using var db = await contexts.CreateDbContextAsync();
        db.Add(new OrganizationRow { Id = org.Value, Name = name, CreatedAt = now });
        db.Add(new MemberRow { Org = org.Value, Email = ownerEmail, Role = "owner", CreatedAt = now });
        await db.SaveChangesAsync();
        return org;
    }

    /// <summary>A new key, of the default project unless it is an admin's; its text is returned this once and stored
    /// nowhere.</summary>
    public async Task<string> CreateKeyAsync(OrgId org, KeyKind kind, string label)
    {
        var project = kind == KeyKind.Api ? await projects.DefaultAsync(org) : null;
        var (row, text) = NewKey(pepper, time, org, kind, project?.Id);
        row.Label = label;
        await using var db = await contexts.CreateDbContextAsync();
        db.Add(row);
        await db.SaveChangesAsync();
        return text;
    }

    /// <summary>A row for a new key, and the key. One that replaces another is of its line.</summary>
    public static (ApiKeyRow Row, string Text) NewKey(
        Pepper pepper, TimeProvider time, OrgId org, KeyKind kind, Guid? project, Guid? line = null)
    {
        var text = ApiKey.Create(kind);
        var row = new ApiKeyRow
        {
            Id = KeyId.Create(time).Value,
            Org = org.Value,
            Kind = ToText(kind),
            Hash = HMACSHA256.HashData(pepper.Bytes, Encoding.ASCII.GetBytes(text)),
            Label = "",
            Last4 = text[^ShownCharacters..],
            CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Project = project,
            Line = line,
        };
        return (row, text);
    }

    public static string ToText(KeyKind kind) => kind switch
    {
        KeyKind.Api => "api",
        KeyKind.Admin => "admin",
    };
}
