using Gateway.Api.Access;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Organization;

/// <summary>What organisations are called.</summary>
internal sealed class OrganizationNames(IDbContextFactory<AccessDb> contexts)
{
    /// <summary>When it was made; null when there is none.</summary>
    public async Task<DateTimeOffset?> CreatedAsync(OrgId org, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await db.Organizations.AsNoTracking().SingleOrDefaultAsync(one => one.Id == org.Value, ct);
        return row is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt);
    }

    /// <summary>The name; the id's text when there is none.</summary>
    public async Task<string> FindAsync(OrgId org, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await db.Organizations.AsNoTracking().SingleOrDefaultAsync(one => one.Id == org.Value, ct);
        return row?.Name ?? org.ToString();
    }
}
