using System.Text.Json.Nodes;
using Gateway.Api.Audit;
using Gateway.Api.Limits;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Spend limits and rate limits of an organisation and of its projects. The owner is the id of
/// either.</summary>
internal sealed class LimitStore(IDbContextFactory<AccessDb> contexts, AuditTrail trail)
{
    /// <summary>A limit for all of the owner's requests together.</summary>
    public const string Own = "own";

    /// <summary>A limit for each of the owner's end users.</summary>
    public const string EndUser = "end_user";

    /// <summary>Models an owner may limit one by one.</summary>
    public const int MaxModels = 1000;

    public async Task<SpendLimit?> SpendAsync(Guid owner, string kind)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var row = await db.SpendLimits.AsNoTracking()
            .SingleOrDefaultAsync(limit => limit.Owner == owner && limit.Kind == kind);
        return row is null ? null : SpendLimit.From(row.Nusd, row.Period);
    }

    public Task SetSpendAsync(OrgId org, Guid owner, string kind, SpendLimit limit, Actor actor) =>
        trail.ActAsync(org, actor, async act =>
        {
            var (nusd, period) = (limit.Cap.Value, SpendLimit.ToText(limit.Period));
            if (await FindAsync(act.Db, owner, kind) is { } known)
            {
                (known.Nusd, known.Period) = (nusd, period);
            }
            else
            {
                act.Db.Add(
                    new SpendLimitRow { Owner = owner, Kind = kind, Org = org.Value, Nusd = nusd, Period = period });
            }

            act.Note(Event(SpendType(kind, "updated"), org, owner, new()
            {
                ["threshold_nusd"] = nusd,
                ["interval"] = period,
            }));
            return true;
        });

    /// <summary>Takes a limit away; false when there was none.</summary>
    public Task<bool> ClearSpendAsync(OrgId org, Guid owner, string kind, Actor actor) =>
        trail.ActAsync(org, actor, async act =>
        {
            if (await FindAsync(act.Db, owner, kind) is not { } known)
            {
                return false;
            }

            act.Db.Remove(known);
            act.Note(Event(SpendType(kind, "deleted"), org, owner, null));
            return true;
        });

    /// <summary>Rate limits by model; the empty model stands for all together.</summary>
    public async Task<Dictionary<string, Quota>> RatesAsync(Guid owner)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var rows = await db.RateLimits.AsNoTracking().Where(limit => limit.Owner == owner).ToListAsync();
        return rows.ToDictionary(row => row.Model, ToQuota);
    }

    /// <summary>Every limit of an organisation and of its projects.</summary>
    public async Task<(List<SpendLimitRow> Spend, List<RateLimitRow> Rates)> AllAsync(OrgId org)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return (
            await db.SpendLimits.AsNoTracking().Where(limit => limit.Org == org.Value).ToListAsync(),
            await db.RateLimits.AsNoTracking().Where(limit => limit.Org == org.Value).ToListAsync());
    }

    /// <summary>Changes one model's limits; a row without any is deleted. Null when too many models have
    /// limits.</summary>
    public Task<Quota?> ChangeRateAsync(
        OrgId org, Guid owner, string model, Func<Quota, Quota> change, Actor actor) =>
        trail.ActAsync(org, actor, async act =>
        {
            var changed = await ChangeRateAsync(act.Db, org, owner, model, change);
            if (changed is { } quota)
            {
                act.Note(Event(quota.IsUnlimited ? "rate_limit.deleted" : "rate_limit.updated", org, owner, new()
                {
                    ["model"] = model.Length == 0 ? "*" : model,
                    ["rpm"] = quota.RequestsPerMinute,
                    ["tpm"] = quota.TokensPerMinute,
                    ["rpd"] = quota.RequestsPerDay,
                    ["max_concurrent_requests"] = quota.Concurrent,
                }));
            }

            return changed;
        });

    private static async Task<Quota?> ChangeRateAsync(
        AccessDb db, OrgId org, Guid owner, string model, Func<Quota, Quota> change)
    {
        var known = await db.RateLimits.SingleOrDefaultAsync(row => row.Owner == owner && row.Model == model);
        if (known is null && await db.RateLimits.CountAsync(row => row.Owner == owner) >= MaxModels)
        {
            return null;
        }

        var row = known ?? new RateLimitRow { Owner = owner, Model = model, Org = org.Value };
        var quota = change(ToQuota(row));
        (row.Rpm, row.Tpm, row.Rpd, row.Concurrent) =
            (quota.RequestsPerMinute, quota.TokensPerMinute, quota.RequestsPerDay, quota.Concurrent);
        if (known is null && !quota.IsUnlimited)
        {
            db.Add(row);
        }
        else if (known is not null && quota.IsUnlimited)
        {
            db.Remove(row);
        }

        return quota;
    }

    private static Task<SpendLimitRow?> FindAsync(AccessDb db, Guid owner, string kind) =>
        db.SpendLimits.SingleOrDefaultAsync(row => row.Owner == owner && row.Kind == kind);

    private static string SpendType(string kind, string verb) =>
        $"{(kind == Own ? "spend_limit" : "end_user_limit")}.{verb}";

    // An owner is the organisation itself or one of its projects.
    private static AuditEvent Event(string type, OrgId org, Guid owner, JsonObject? data) => owner == org.Value
        ? new(type, org.ToString(), null, data)
        : new(type, new ProjectId(owner).ToString(), new(owner), data);

    /// <summary>The limits of a row.</summary>
    public static Quota ToQuota(RateLimitRow row) => new(row.Rpm, row.Tpm, row.Rpd, row.Concurrent);
}
