using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Billing;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Webhooks;

/// <summary>Something that happened, as it will be told.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Ref">Names it, once in its organisation.</param>
/// <param name="Data">What is told of it.</param>
internal sealed record Happening(string Type, string Ref, string Data);

/// <summary>What is new in an organisation's sources, and how far that brings them.</summary>
/// <param name="Audit">The last row of the audit log that was read.</param>
/// <param name="Credit">The number of the last credit that was read.</param>
/// <param name="Batches">Batches that ended.</param>
/// <param name="New">What happened, in each source's order.</param>
internal sealed record News(
    long Audit, long Credit, IReadOnlyList<EndedBatch> Batches, IReadOnlyList<Happening> New);

/// <summary>Reads what happens in an organisation from where it stands for good: the audit log, the books, batches and
/// top-ups. Nothing is told that could be taken back by a crash; only that a transfer is on its way may be, by the
/// chain.</summary>
internal sealed class WebhookSources(
    IDbContextFactory<AccessDb> contexts, Statements statements, Treasury treasury, TopUpHappenings topUps,
    BatchHappenings batches)
{
    public const string AuditSource = "audit";

    public const string CreditSource = "credit";

    private const int Batch = 100;

    // Refunds are few and end within days: what is older does not change any more.
    private const int NewestRefunds = 50;

    /// <summary>What is there now, for an organisation that nobody was told of.</summary>
    public async Task<Past> ReadPastAsync(OrgId org, CancellationToken ct) =>
        new(
            await statements.LastCreditAsync(org, ct),
            [.. await RefundsAsync(org, ct), .. await topUps.ReadAsync(org, ct)]);

    /// <summary>What is new after two marks.</summary>
    public async Task<News> ReadAsync(OrgId org, long audit, long credit, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = await db.Audit.AsNoTracking()
            .Where(row => row.Org == org.Value && row.Seq > audit)
            .OrderBy(row => row.Seq).Take(Batch).ToListAsync(ct);
        var credits = await statements.CreditedAsync(org, credit, Batch, ct);
        var ended = await batches.ReadAsync(org, await ListenedSinceAsync(db, org, ct), ct);
        Happening[] found =
        [
            .. rows.Where(row => WebhookEvents.OfAudit.Contains(row.Type)).Select(Of),
            .. credits.Select(line => Of(line.Deposit)),
            .. await RefundsAsync(org, ct),
            .. await topUps.ReadAsync(org, ct),
            .. ended.Select(batch => batch.Happening),
        ];
        return new(
            rows.Count > 0 ? rows[^1].Seq : audit,
            credits.Count > 0 ? credits[^1].Number : credit,
            ended,
            await UnknownAsync(db, org, found, ct));
    }

    /// <summary>What was read stands in the outbox.</summary>
    public Task ToldAsync(News news, CancellationToken ct) => batches.ToldAsync(news.Batches, ct);

    // Of the oldest webhook there is.
    private static async Task<long> ListenedSinceAsync(AccessDb db, OrgId org, CancellationToken ct) =>
        await db.Webhooks.Where(row => row.Org == org.Value && row.DeletedAt == null)
            .MinAsync(row => (long?)row.CreatedAt, ct) ?? long.MaxValue;

    private static async Task<IReadOnlyList<Happening>> UnknownAsync(
        AccessDb db, OrgId org, Happening[] found, CancellationToken ct)
    {
        var names = found.Select(one => one.Ref).ToList();
        var known = await db.WebhookEvents.AsNoTracking()
            .Where(row => row.Org == org.Value && names.Contains(row.Ref))
            .Select(row => row.Ref).ToListAsync(ct);
        return [.. found.Where(one => !known.Contains(one.Ref))];
    }

    private async Task<IReadOnlyList<Happening>> RefundsAsync(OrgId org, CancellationToken ct)
    {
        var refunds = await treasury.ListAsync(org, NewestRefunds, null, ct);
        return [.. from refund in refunds
                   let type = WebhookEvents.Of(refund.State)
                   where type is not null
                   select Of(type!, refund)];
    }

    private static Happening Of(AuditRow row)
    {
        var data = new JsonObject
        {
            ["id"] = row.Target,
            ["project"] = row.Project is { } project ? new ProjectId(project).ToString() : null,
            ["changes"] = row.Data is null ? null : JsonNode.Parse(row.Data),
        };
        return new(row.Type, $"audit:{row.Seq}", Text(data));
    }

    private static Happening Of(DepositLine deposit) => new(
        WebhookEvents.DepositCredited, $"deposit:{deposit.Id}", Text(new()
        {
            ["id"] = deposit.Id,
            ["rao"] = deposit.Amount.Value,
            ["usd_per_tao"] = deposit.Rate?.ToUsdPerTao(),
            ["credit_nusd"] = deposit.Credit?.Value,
            ["address"] = deposit.Address,
            ["block"] = deposit.Height,
            ["block_hash"] = deposit.BlockHash,
            ["event_index"] = deposit.EventIndex,
        }));

    private static Happening Of(string type, Payout refund) => new(type, $"{type}:{refund.Id}", Text(new()
    {
        ["id"] = refund.Id,
        ["rao"] = refund.Amount.Value,
        ["amount_nusd"] = refund.Credit.Value,
        ["destination"] = refund.Destination,
    }));

    private static string Text(JsonObject data) => data.ToJsonString(JsonSerializerOptions.Default);
}

/// <summary>What had happened in an organisation before anybody wanted to hear of it.</summary>
internal sealed record Past(long Credit, IReadOnlyList<Happening> States)
{
    /// <summary>Marks it as told, in the caller's transaction.</summary>
    public async Task MarkAsync(AccessDb db, OrgId org, DateTimeOffset now)
    {
        var audit = await db.Audit.Where(row => row.Org == org.Value).MaxAsync(row => (long?)row.Seq) ?? 0;
        await WebhookOutbox.MoveAsync(db, org, WebhookSources.AuditSource, audit);
        await WebhookOutbox.MoveAsync(db, org, WebhookSources.CreditSource, Credit);
        var names = States.Select(one => one.Ref).ToList();
        var known = await db.WebhookEvents.Where(row => row.Org == org.Value && names.Contains(row.Ref))
            .Select(row => row.Ref).ToListAsync();
        db.AddRange(States.Where(one => !known.Contains(one.Ref)).Select(one => WebhookOutbox.RowOf(org, one, now)));
    }
}
