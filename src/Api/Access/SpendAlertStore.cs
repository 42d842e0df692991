using System.Text.Json.Nodes;
using Gateway.Api.Audit;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Spend alerts of an organisation. Another organisation's is as none.</summary>
internal sealed class SpendAlertStore(IDbContextFactory<AccessDb> contexts, AuditTrail trail, TimeProvider time)
{
    /// <summary>Alerts an organisation may have.</summary>
    public const int MaxAlerts = 100;

    /// <summary>Alerts by age, one more than asked for when there are more.</summary>
    public async Task<List<SpendAlertRow>> ListAsync(OrgId org, Guid? after, int limit)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var rows = Of(db, org).AsNoTracking();
        if (after is { } mark)
        {
            rows = rows.Where(row => row.Id.CompareTo(mark) > 0);
        }

        return await rows.OrderBy(row => row.Id).Take(limit + 1).ToListAsync();
    }

    public async Task<SpendAlertRow?> FindAsync(OrgId org, Guid id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await Of(db, org).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id);
    }

    /// <summary>A new alert; null when there are too many.</summary>
    public Task<SpendAlertRow?> CreateAsync(OrgId org, ProjectId? project, SpendLimit threshold, Actor actor) =>
        trail.ActAsync(org, actor, async act =>
        {
            if (await Of(act.Db, org).CountAsync() >= MaxAlerts)
            {
                return null;
            }

            var now = time.GetUtcNow();
            var created = new SpendAlertRow
            {
                Id = Guid.CreateVersion7(now),
                Org = org.Value,
                Project = project?.Value,
                Nusd = threshold.Cap.Value,
                Period = SpendLimit.ToText(threshold.Period),
                CreatedAt = now.ToUnixTimeMilliseconds(),
            };
            act.Db.Add(created);
            act.Note(Event("spend_alert.created", created));
            return created;
        });

    /// <summary>Another threshold: it may be reached anew.</summary>
    public Task<SpendAlertRow?> ChangeAsync(OrgId org, Guid id, SpendLimit threshold, Actor actor) =>
        trail.ActAsync(org, actor, async act =>
        {
            var found = await Of(act.Db, org).SingleOrDefaultAsync(row => row.Id == id);
            if (found is not null)
            {
                (found.Nusd, found.Period) = (threshold.Cap.Value, SpendLimit.ToText(threshold.Period));
                found.ToldOf = null;
                act.Note(Event("spend_alert.updated", found));
            }

            return found;
        });

    /// <summary>Deletes an alert for good; false when there is none.</summary>
    public Task<bool> DeleteAsync(OrgId org, Guid id, Actor actor) => trail.ActAsync(org, actor, async act =>
    {
        if (await Of(act.Db, org).SingleOrDefaultAsync(row => row.Id == id) is not { } found)
        {
            return false;
        }

        act.Db.Remove(found);
        act.Note(Event("spend_alert.deleted", found));
        return true;
    });

    /// <summary>All alerts, of every organisation.</summary>
    public async Task<List<SpendAlertRow>> AllAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.SpendAlerts.AsNoTracking().ToListAsync(ct);
    }

    /// <summary>Notes that a threshold was reached, once in each period, whoever sees it first.</summary>
    /// <param name="alert">As it was when the spending was counted.</param>
    /// <param name="start">The period's start.</param>
    /// <param name="spent">What was spent in it so far.</param>
    /// <returns>Whether this call was the first.</returns>
    public Task<bool> ReachAsync(SpendAlertRow alert, DateTimeOffset start, NanoUsd spent)
    {
        var since = start.ToUnixTimeMilliseconds();
        return trail.ActAsync(new(alert.Org), Actor.Console, async act =>
        {
            var found = await act.Db.SpendAlerts.SingleOrDefaultAsync(row => row.Id == alert.Id);
            if (found is null || found.ToldOf == since || found.Nusd != alert.Nusd || found.Period != alert.Period)
            {
                return false;
            }

            found.ToldOf = since;
            var what = Event("spend_alert.triggered", found);
            what.Data!["spent_nusd"] = spent.Value;
            what.Data["since"] = start.ToUnixTimeSeconds();
            act.Note(what);
            return true;
        });
    }

    private static AuditEvent Event(string type, SpendAlertRow row) => new(
        type,
        ObjectIds.SpendAlert(row.Id),
        row.Project is { } project ? new ProjectId(project) : null,
        new JsonObject { ["threshold_nusd"] = row.Nusd, ["interval"] = row.Period });

    private static IQueryable<SpendAlertRow> Of(AccessDb db, OrgId org) =>
        db.SpendAlerts.Where(row => row.Org == org.Value);
}

/// <summary>Somebody wants to know when so much is spent.</summary>
internal sealed class SpendAlertRow
{
    public required Guid Id { get; init; }

    public required Guid Org { get; init; }

    /// <summary>Whose spending; null: the organisation's.</summary>
    public Guid? Project { get; init; }

    public required long Nusd { get; set; }

    /// <summary>One of the words of <see cref="SpendLimit.ToText"/>.</summary>
    public required string Period { get; set; }

    public required long CreatedAt { get; init; }

    /// <summary>The start of the last period in which it was told.</summary>
    public long? ToldOf { get; set; }
}
