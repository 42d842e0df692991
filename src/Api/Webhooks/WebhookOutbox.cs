using Gateway.Api.Access;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Webhooks;

/// <summary>Turns what happened into deliveries: events, deliveries and how far the sources were read are one
/// transaction. A crash before it finds the same again, a crash after it has it done.</summary>
internal sealed class WebhookOutbox(IDbContextFactory<AccessDb> contexts, WebhookSources sources, TimeProvider time)
{
    /// <summary>Collects what is new in every organisation that wants to be told.</summary>
    /// <returns>How many events.</returns>
    public async Task<int> CollectAsync(CancellationToken ct)
    {
        var count = 0;
        foreach (var org in await WaitingAsync(ct))
        {
            count += await CollectAsync(new OrgId(org), ct);
        }

        return count;
    }

    /// <summary>Sets how far a source was read.</summary>
    public static async Task MoveAsync(AccessDb db, OrgId org, string source, long position)
    {
        var known = await db.WebhookCursors.SingleOrDefaultAsync(row => row.Org == org.Value && row.Source == source);
        if (known is null)
        {
            db.Add(new WebhookCursorRow { Org = org.Value, Source = source, Position = position });
        }
        else
        {
            known.Position = Math.Max(known.Position, position);
        }
    }

    public static WebhookEventRow RowOf(OrgId org, Happening what, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Org = org.Value,
        Type = what.Type,
        Ref = what.Ref,
        CreatedAt = now.ToUnixTimeMilliseconds(),
        Data = what.Data,
    };

    /// <summary>A delivery that is due at once.</summary>
    public static WebhookDeliveryRow DeliveryOf(
        WebhookRow webhook, Guid what, DateTimeOffset now, Guid? original = null) => new()
        {
            Id = Guid.CreateVersion7(now),
            Org = webhook.Org,
            Webhook = webhook.Id,
            Event = what,
            Original = original,
            State = WebhookQueue.Pending,
            CreatedAt = now.ToUnixTimeMilliseconds(),
            NextAt = now.ToUnixTimeMilliseconds(),
        };

    private async Task<List<Guid>> WaitingAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Webhooks.AsNoTracking().Where(row => row.DeletedAt == null)
            .Select(row => row.Org).Distinct().ToListAsync(ct);
    }

    private async Task<int> CollectAsync(OrgId org, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var (audit, credit) = await MarksAsync(db, org, ct);
        var news = await sources.ReadAsync(org, audit, credit, ct);
        if (news.New.Count == 0 && news.Audit == audit && news.Credit == credit)
        {
            // A crash may have come between the two stores.
            await sources.ToldAsync(news, ct);
            return 0;
        }

        // One replica at a time for each organisation; the others find that it is done.
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (db.Database.IsNpgsql())
        {
            await db.Database.ExecuteSqlAsync(
                $"SELECT pg_advisory_xact_lock(hashtextextended({"gateway.webhooks." + org}, 0))", ct);
        }

        if (await MarksAsync(db, org, ct) != (audit, credit))
        {
            return 0;
        }

        var count = await AddAsync(db, org, news.New, ct);
        await MoveAsync(db, org, WebhookSources.AuditSource, news.Audit);
        await MoveAsync(db, org, WebhookSources.CreditSource, news.Credit);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        await sources.ToldAsync(news, ct);
        return count;
    }

    private async Task<int> AddAsync(AccessDb db, OrgId org, IReadOnlyList<Happening> found, CancellationToken ct)
    {
        var names = found.Select(one => one.Ref).ToList();
        var known = await db.WebhookEvents.Where(row => row.Org == org.Value && names.Contains(row.Ref))
            .Select(row => row.Ref).ToListAsync(ct);
        var webhooks = await db.Webhooks.AsNoTracking()
            .Where(row => row.Org == org.Value && row.DeletedAt == null && row.IsEnabled).ToListAsync(ct);
        var now = time.GetUtcNow();
        var unknown = found.Where(one => !known.Contains(one.Ref)).ToList();
        foreach (var what in unknown)
        {
            var row = RowOf(org, what, now);
            db.Add(row);
            db.AddRange(webhooks.Where(webhook => WebhookEvents.Covers(webhook.Events, what.Type))
                .Select(webhook => DeliveryOf(webhook, row.Id, now)));
        }

        return unknown.Count;
    }

    private static async Task<(long Audit, long Credit)> MarksAsync(AccessDb db, OrgId org, CancellationToken ct)
    {
        var rows = await db.WebhookCursors.AsNoTracking().Where(row => row.Org == org.Value).ToListAsync(ct);
        return (Of(rows, WebhookSources.AuditSource), Of(rows, WebhookSources.CreditSource));
    }

    private static long Of(List<WebhookCursorRow> rows, string source) =>
        rows.Find(row => row.Source == source)?.Position ?? 0;
}
