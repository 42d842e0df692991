using Gateway.Api.Limits;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Spend limits and rate limits of an organisation and of its projects. The owner is the id of
/// either.</summary>
internal sealed class LimitStore(IDbContextFactory<AccessDb> contexts)
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

    public async Task SetSpendAsync(OrgId org, Guid owner, string kind, SpendLimit limit)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var (nusd, period) = (limit.Cap.Value, SpendLimit.ToText(limit.Period));
        if (await db.SpendLimits.SingleOrDefaultAsync(row => row.Owner == owner && row.Kind == kind) is { } known)
        {
            (known.Nusd, known.Period) = (nusd, period);
        }
        else
        {
            db.Add(new SpendLimitRow { Owner = owner, Kind = kind, Org = org.Value, Nusd = nusd, Period = period });
        }

        await db.SaveChangesAsync();
    }

    /// <summary>Takes a limit away; false when there was none.</summary>
    public async Task<bool> ClearSpendAsync(Guid owner, string kind)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.SpendLimits.Where(limit => limit.Owner == owner && limit.Kind == kind)
            .ExecuteDeleteAsync() > 0;
    }

    /// <summary>Rate limits by model; the empty model stands for all together.</summary>
    public async Task<Dictionary<string, Quota>> RatesAsync(Guid owner)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var rows = await db.RateLimits.AsNoTracking().Where(limit => limit.Owner == owner).ToListAsync();
        return rows.ToDictionary(row => row.Model, ToQuota);
    }

    /// <summary>Changes one model's limits; a row without any is deleted. Null when too many models have
    /// limits.</summary>
    public async Task<Quota?> ChangeRateAsync(OrgId org, Guid owner, string model, Func<Quota, Quota> change)
    {
        await using var db = await contexts.CreateDbContextAsync();
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

        await db.SaveChangesAsync();
        return quota;
    }

    private static Quota ToQuota(RateLimitRow row) => new(row.Rpm, row.Tpm, row.Rpd, row.Concurrent);
}
