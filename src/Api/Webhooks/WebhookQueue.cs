using System.Linq.Expressions;
using Gateway.Api.Access;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Webhooks;

/// <summary>A delivery with all that sending it takes.</summary>
internal sealed record Due(WebhookDeliveryRow Delivery, WebhookRow Webhook, WebhookEventRow Event);

/// <summary>Deliveries and their states. A delivery is taken by one process at a time; one whose process dies is taken
/// again after a minute, so an event may come twice and never not at all.</summary>
internal sealed class WebhookQueue(IDbContextFactory<AccessDb> contexts, TimeProvider time)
{
    public const string Pending = "pending";
    public const string Delivered = "delivered";
    public const string Failed = "failed";

    private const int Batch = 32;
    private const int RemoveAtOnce = 1000;

    // Longer than a try may take.
    private static readonly TimeSpan ClaimFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(30);

    /// <summary>How long after each failed try the next one comes; after the last of them there is none.</summary>
    public static IReadOnlyList<TimeSpan> Delays { get; } =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromHours(24),
    ];

    /// <summary>Deliveries whose time has come, oldest first.</summary>
    public async Task<List<Due>> DueAsync(CancellationToken ct)
    {
        var now = Now();
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await (
            from delivery in db.WebhookDeliveries.AsNoTracking()
            where delivery.State == Pending && delivery.NextAt <= now
            join webhook in db.Webhooks on delivery.Webhook equals webhook.Id
            where webhook.IsEnabled && webhook.DeletedAt == null
            join what in db.WebhookEvents on delivery.Event equals what.Id
            orderby delivery.NextAt
            select new Due(delivery, webhook, what)).Take(Batch).ToListAsync(ct);
    }

    /// <summary>Takes a delivery to try it; false: another process has it.</summary>
    public async Task<bool> TryClaimAsync(WebhookDeliveryRow delivery, CancellationToken ct)
    {
        var until = (time.GetUtcNow() + ClaimFor).ToUnixTimeMilliseconds();
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.WebhookDeliveries
            .Where(row => row.Id == delivery.Id && row.State == Pending && row.NextAt == delivery.NextAt)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.NextAt, until), ct) == 1;
    }

    /// <summary>Notes what a try came to.</summary>
    /// <returns>Whether it was the last one, in vain.</returns>
    public async Task<bool> NoteAsync(WebhookDeliveryRow delivery, Sent sent)
    {
        var now = time.GetUtcNow();
        var tries = delivery.Attempts + 1;
        var isOver = !sent.IsDelivered && tries > Delays.Count;
        var state = sent.IsDelivered ? Delivered : isOver ? Failed : Pending;
        var next = state == Pending ? (now + Delays[tries - 1]).ToUnixTimeMilliseconds() : delivery.NextAt;
        await using var db = await contexts.CreateDbContextAsync();
        await db.WebhookDeliveries.Where(row => row.Id == delivery.Id && row.State == Pending).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.State, state)
                .SetProperty(row => row.Attempts, tries)
                .SetProperty(row => row.NextAt, next)
                .SetProperty(row => row.LastAt, now.ToUnixTimeMilliseconds())
                .SetProperty(row => row.Status, sent.Status)
                .SetProperty(row => row.Error, sent.Error));
        return isOver;
    }

    /// <summary>Deliveries to a webhook, newest first, one more than asked for when there are more.</summary>
    public async Task<List<Due>> ListAsync(WebhookRow webhook, Guid? before, int limit)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await Of(db, webhook, before is { } mark ? row => row.Id.CompareTo(mark) < 0 : row => true)
            .Take(limit + 1).ToListAsync();
    }

    /// <summary>One delivery to a webhook; null when there is none.</summary>
    public async Task<Due?> FindAsync(WebhookRow webhook, Guid id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await Of(db, webhook, row => row.Id == id).SingleOrDefaultAsync();
    }

    /// <summary>Sends an event again, as a delivery of its own that names the first one.</summary>
    public async Task<Due> RepeatAsync(Due due)
    {
        var original = due.Delivery.Original ?? due.Delivery.Id;
        var row = WebhookOutbox.DeliveryOf(due.Webhook, due.Event.Id, time.GetUtcNow(), original);
        await using var db = await contexts.CreateDbContextAsync();
        db.Add(row);
        await db.SaveChangesAsync();
        return due with { Delivery = row };
    }

    /// <summary>Sends a test event to one webhook.</summary>
    public async Task<Due> TestAsync(WebhookRow webhook)
    {
        var now = time.GetUtcNow();
        var data = $$"""{"webhook_id":"{{ObjectIds.Webhook(webhook.Id)}}"}""";
        var reference = $"{WebhookEvents.Test}:{Guid.CreateVersion7(now):N}";
        var what = WebhookOutbox.RowOf(new OrgId(webhook.Org), new(WebhookEvents.Test, reference, data), now);
        var delivery = WebhookOutbox.DeliveryOf(webhook, what.Id, now);
        await using var db = await contexts.CreateDbContextAsync();
        db.Add(what);
        db.Add(delivery);
        await db.SaveChangesAsync();
        return new(delivery, webhook, what);
    }

    /// <summary>Removes what is older than thirty days, at most a thousand of each: tries last two days, so what
    /// still waits then is for a webhook that is off.</summary>
    public async Task RemoveOldAsync(CancellationToken ct)
    {
        var before = (time.GetUtcNow() - KeepFor).ToUnixTimeMilliseconds();
        await using var db = await contexts.CreateDbContextAsync(ct);
        var old = await db.WebhookDeliveries.Where(row => row.CreatedAt < before)
            .Select(row => row.Id).Take(RemoveAtOnce).ToListAsync(ct);
        await db.WebhookDeliveries.Where(row => old.Contains(row.Id)).ExecuteDeleteAsync(ct);
        var events = await db.WebhookEvents
            .Where(row => row.CreatedAt < before && !db.WebhookDeliveries.Any(delivery => delivery.Event == row.Id)
                && !EF.Functions.Like(row.Ref, "refund.%"))
            .Select(row => row.Id).Take(RemoveAtOnce).ToListAsync(ct);
        await db.WebhookEvents.Where(row => events.Contains(row.Id)).ExecuteDeleteAsync(ct);
    }

    private static IQueryable<Due> Of(
        AccessDb db, WebhookRow webhook, Expression<Func<WebhookDeliveryRow, bool>> which) =>
        from delivery in db.WebhookDeliveries.AsNoTracking().Where(which)
        where delivery.Webhook == webhook.Id && delivery.Org == webhook.Org
        join what in db.WebhookEvents on delivery.Event equals what.Id
        orderby delivery.Id descending
        select new Due(delivery, webhook, what);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
