using System.Collections.Frozen;
using System.Net;
using Gateway.Api.Limits;
using Gateway.Billing;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Reads a key with everything that limits it into one <see cref="Caller"/>.</summary>
internal static class CallerReader
{
    /// <summary>The caller whose key has this hash; null when there is none, it was revoked, or its project is
    /// archived.</summary>
    public static async Task<Caller?> FindAsync(AccessDb db, byte[] hash) =>
        await OfAsync(db, await db.Keys.AsNoTracking().SingleOrDefaultAsync(key => key.Hash == hash));

    /// <summary>The same by the key's id.</summary>
    public static async Task<Caller?> FindAsync(AccessDb db, KeyId id) =>
        await OfAsync(db, await db.Keys.AsNoTracking().SingleOrDefaultAsync(key => key.Id == id.Value));

    private static async Task<Caller?> OfAsync(AccessDb db, ApiKeyRow? row)
    {
        if (row is null or { RevokedAt: not null })
        {
            return null;
        }

        var caller = ToCaller(row);
        return caller.Kind == KeyKind.Admin ? caller : await WithLimitsAsync(db, row, caller);
    }

    /// <summary>The caller behind a token; null when the organisation or its project is none (any more). Where its
    /// subject is how a person of the organisation signs in, it is what that person's groups are too.</summary>
    public static async Task<Caller?> FindTokenAsync(
        AccessDb db, KeyId key, OrgId org, ProjectId? project, (string Issuer, string Name) subject, Role role)
    {
        var id = project?.Value;
        if (await db.Organizations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == org.Value) is not { } known
            || (id is not null && !await db.Projects.AnyAsync(row => row.Id == id && row.Org == org.Value)))
        {
            return null;
        }

        var row = new ApiKeyRow
        {
            Id = key.Value,
            Org = org.Value,
            Kind = AccessStore.ToText(KeyKind.Api),
            Hash = [],
            Label = subject.Name,
            Last4 = "",
            CreatedAt = known.CreatedAt,
            Project = id,
        };
        if (await WithLimitsAsync(db, row, ToCaller(row)) is not { } caller)
        {
            return null;
        }

        var standing = await Standing.OfSubjectAsync(db, org, subject.Issuer, subject.Name);
        return caller with
        {
            Kind = KeyKind.Token,
            Name = subject.Name,
            Authority = Authority.Of([role, .. standing.Roles]),
            Parts = standing.Parts,
        };
    }

    private static async Task<Caller?> WithLimitsAsync(AccessDb db, ApiKeyRow row, Caller caller)
    {
        var project = await ProjectOfAsync(db, row);
        if (project?.ArchivedAt is not null)
        {
            return null;
        }

        var owners = project is null ? [row.Org] : new[] { row.Org, project.Id };
        var spend = await db.SpendLimits.AsNoTracking()
            .Where(limit => owners.Contains(limit.Owner)).ToListAsync();
        var rates = await db.RateLimits.AsNoTracking()
            .Where(limit => owners.Contains(limit.Owner)).ToListAsync();
        var known = caller with
        {
            Models = Narrowed(caller.Models, project?.Models),
            MayStore = project?.Retention != ProjectRow.ZeroRetention,
        };
        return Assemble(row, known, project is null ? null : new ProjectId(project.Id), spend, rates);
    }

    // A key calls what both it and its project may.
    private static FrozenSet<string>? Narrowed(FrozenSet<string>? ofKey, string? ofProject)
    {
        if (ofProject is null)
        {
            return ofKey;
        }

        var allowed = ofProject.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return allowed.Where(model => ofKey?.Contains(model) != false).ToFrozenSet();
    }

    // A key from before there were projects belongs to the default one as soon as there is one.
    private static Task<ProjectRow?> ProjectOfAsync(AccessDb db, ApiKeyRow row) =>
        db.Projects.AsNoTracking().SingleOrDefaultAsync(project => row.Project == null
            ? project.Org == row.Org && project.IsDefault
            : project.Id == row.Project);

    private static Caller Assemble(
        ApiKeyRow row, Caller caller, ProjectId? project, List<SpendLimitRow> spend, List<RateLimitRow> rates)
    {
        var quota = new Quota(row.Rpm, row.Tpm, row.Rpd, row.Concurrent);
        var ofProject = project is { } id ? Find(spend, id.Value, LimitStore.Own) : null;
        Allowance?[] budgets =
        [
            caller.Allowance,
            ofProject?.ToAllowance(project.ToString()!, BudgetKind.Project),
            Find(spend, row.Org, LimitStore.Own)?.ToAllowance(caller.Org.ToString(), BudgetKind.Organization),
        ];
        return caller with
        {
            Project = project,
            Quota = quota,
            EndUserLimit = EndUserLimit(spend, row.Org, project),
            Payer = caller.Payer with
            {
                Project = project?.ToString() ?? "",
                Budgets = [.. budgets.OfType<Allowance>()],
            },
            Limits = CallerLimits.Of(
            [
                new(LimitScope.Key, new(row.Line ?? row.Id, ""), caller.Key.ToString(), quota),
                .. rates.Select(rate => ToRule(rate, caller.Org, project)),
            ]),
        };
    }

    // The project's own word goes before the organisation's.
    private static SpendLimit? EndUserLimit(List<SpendLimitRow> spend, Guid org, ProjectId? project) =>
        (project is { } id ? Find(spend, id.Value, LimitStore.EndUser) : null) ?? Find(spend, org, LimitStore.EndUser);

    private static SpendLimit? Find(List<SpendLimitRow> rows, Guid owner, string kind) =>
        rows.Find(row => row.Owner == owner && row.Kind == kind) is { } found
            ? SpendLimit.From(found.Nusd, found.Period)
            : null;

    private static LimitRule ToRule(RateLimitRow row, OrgId org, ProjectId? project)
    {
        var isProject = row.Owner == project?.Value;
        return new(
            isProject ? LimitScope.Project : LimitScope.Organization,
            new(row.Owner, row.Model),
            isProject ? project.ToString()! : org.ToString(),
            new(row.Rpm, row.Tpm, row.Rpd, row.Concurrent));
    }

    private static Caller ToCaller(ApiKeyRow row) => new(
        new(row.Id),
        row.Kind == AccessStore.ToText(KeyKind.Admin) ? KeyKind.Admin : KeyKind.Api,
        new(row.Org),
        row.Label,
        row.Last4,
        DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
        row.ExpiresAt is { } expires ? DateTimeOffset.FromUnixTimeMilliseconds(expires) : null)
    {
        Line = new(row.Line ?? row.Id),
        SpendLimit = SpendLimit.From(row.SpendNusd, row.SpendPeriod),
        Scopes = KeyScopesText.Parse(row.Scopes),
        AdminScopes = ScopesOf(row),
        Authority = row.Kind == AccessStore.ToText(KeyKind.Admin) ? Authority.Of(ScopesOf(row)) : Authority.None,
        Models = row.Models?.Split(' ').ToFrozenSet(),
        Routing = Chat.RouteWishReader.ReadStored(row.Routing),
        Addresses = row.Addresses?.Split(' ').Select(text => IPNetwork.Parse(text)).ToList(),
    };

    private static AdminScopes ScopesOf(ApiKeyRow row) =>
        row.Kind == AccessStore.ToText(KeyKind.Admin) ? AdminScopesText.Parse(row.Scopes) : AdminScopes.None;
}
