using System.Security.Cryptography;
using System.Text;
using Gateway.Api.Audit;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Reads and writes of organisations, members and keys.</summary>
internal sealed class AccessStore(
    IDbContextFactory<AccessDb> contexts, ProjectStore projects, AuditTrail trail, Pepper pepper, TimeProvider time)
{
    private const int ShownCharacters = 4;

    /// <summary>The caller whose key has this hash, or null.</summary>
    public async Task<Caller?> FindKeyAsync(byte[] hash)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await CallerReader.FindAsync(db, hash);
    }

    /// <summary>The caller behind a key's id, for work that goes on without its text; null when it was revoked or its
    /// project is archived.</summary>
    public async Task<Caller?> FindKeyAsync(KeyId id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await CallerReader.FindAsync(db, id);
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
    public Task<OrgId> CreateOrganizationAsync(string name, string ownerEmail)
    {
        var org = OrgId.Create(time);
        var now = time.GetUtcNow();
        return trail.ActAsync(org, Actor.Console, act =>
        {
            var owner = new MemberRow
            {
                Id = Guid.CreateVersion7(now),
                Org = org.Value,
                Email = ownerEmail,
                Role = RoleNames.Of(Role.Owner),
                CreatedAt = now.ToUnixTimeMilliseconds(),
            };
            act.Db.Add(new OrganizationRow
            {
                Id = org.Value,
                Name = name,
                CreatedAt = now.ToUnixTimeMilliseconds(),
            });
            act.Db.Add(owner);
            act.Note(new("organization.created", org.ToString(), null, new() { ["name"] = name }));
            act.Note(new("user.added", ObjectIds.User(owner.Id), null, new() { ["role"] = owner.Role }));
            return Task.FromResult(org);
        });
    }

    /// <summary>A new key, of the default project unless it is an admin's; its text is returned this once and stored
    /// nowhere.</summary>
    public async Task<string> CreateKeyAsync(OrgId org, KeyKind kind, string label)
    {
        var project = kind == KeyKind.Api ? await projects.DefaultAsync(org) : null;
        var (row, text) = NewKey(pepper, time, org, kind, project?.Id);
        row.Label = label;
        return await trail.ActAsync(org, Actor.Console, act =>
        {
            act.Db.Add(row);
            act.Note(new(
                kind == KeyKind.Admin ? "admin_api_key.created" : "api_key.created",
                new KeyId(row.Id).ToString(),
                project is null ? null : new ProjectId(project.Id),
                new() { ["name"] = label }));
            return Task.FromResult(text);
        });
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
            Scopes = kind == KeyKind.Admin ? AdminScopesText.All.ToText() : KeyScopesText.Default.ToText(),
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
        KeyKind.Token => throw new ArgumentOutOfRangeException(nameof(kind), "Tokens are not stored."),
    };
}
