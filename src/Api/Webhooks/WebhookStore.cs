using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Webhooks;

/// <summary>Webhooks of an organisation. Another organisation's is as none.</summary>
internal sealed class WebhookStore(
    IDbContextFactory<AccessDb> contexts, WebhookSources sources, AuditTrail trail, TimeProvider time)
{
    /// <summary>Webhooks an organisation may have.</summary>
    public const int MaxWebhooks = 20;

    /// <summary>Webhooks by age, one more than asked for when there are more.</summary>
    public async Task<List<WebhookRow>> ListAsync(OrgId org, Guid? after, int limit)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var rows = Of(db, org).AsNoTracking();
        if (after is { } mark)
        {
            rows = rows.Where(row => row.Id.CompareTo(mark) > 0);
        }

        return await rows.OrderBy(row => row.Id).Take(limit + 1).ToListAsync();
    }

    public async Task<WebhookRow?> FindAsync(OrgId org, Guid id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await Of(db, org).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id);
    }

    /// <summary>A new webhook, which is told what happens from now on; null when there are too many.</summary>
    public async Task<WebhookRow?> CreateAsync(
        OrgId org, string url, string name, string events, Actor actor, CancellationToken ct)
    {
        var past = await sources.ReadPastAsync(org, ct);
        return await trail.ActAsync(org, actor, async act =>
        {
            var others = await Of(act.Db, org).CountAsync();
            if (others >= MaxWebhooks)
            {
                return null;
            }

            if (others == 0)
            {
                // Nobody was told until now: what was before is not told either.
                await past.MarkAsync(act.Db, org, time.GetUtcNow());
            }

            var now = time.GetUtcNow();
            var created = new WebhookRow
            {
                Id = Guid.CreateVersion7(now),
                Org = org.Value,
                Url = url,
                Name = name,
                Events = events,
                CreatedAt = now.ToUnixTimeMilliseconds(),
                IsEnabled = true,
            };
            act.Db.Add(created);
            act.Note(Event("webhook.created", created));
            return created;
        });
    }

    public Task<WebhookRow?> ChangeAsync(OrgId org, Guid id, Action<WebhookRow> change, Actor actor) =>
        trail.ActAsync(org, actor, async act =>
        {
            var found = await Of(act.Db, org).SingleOrDefaultAsync(row => row.Id == id);
            if (found is not null)
            {
                change(found);
                act.Note(Event("webhook.updated", found));
            }

            return found;
        });

    /// <summary>Deletes a webhook for good; false when there is none.</summary>
    public Task<bool> DeleteAsync(OrgId org, Guid id, Actor actor) => trail.ActAsync(org, actor, async act =>
    {
        if (await Of(act.Db, org).SingleOrDefaultAsync(row => row.Id == id) is not { } found)
        {
            return false;
        }

        found.DeletedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
        found.IsEnabled = false;
        act.Note(Event("webhook.deleted", found));
        return true;
    });

    /// <summary>Turns a webhook off for its owner, who reads why.</summary>
    public Task DisableAsync(OrgId org, Guid id, string reason) => trail.ActAsync(org, Actor.Console, async act =>
    {
        var found = await Of(act.Db, org).SingleOrDefaultAsync(row => row.Id == id && row.IsEnabled);
        if (found is not null)
        {
            (found.IsEnabled, found.OffReason) = (false, reason);
            act.Note(Event("webhook.disabled", found));
        }

        return found;
    });

    // The address may hold a secret of the receiver's: only its host is told.
    private static AuditEvent Event(string type, WebhookRow row) => new(type, ObjectIds.Webhook(row.Id), null, new()
    {
        ["host"] = new Uri(row.Url).Host,
        ["events"] = row.Events,
        ["enabled"] = row.IsEnabled,
    });

    private static IQueryable<WebhookRow> Of(AccessDb db, OrgId org) =>
        db.Webhooks.Where(row => row.Org == org.Value && row.DeletedAt == null);
}
