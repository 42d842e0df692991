using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Organization;

/// <summary>GET /v1/organization/audit_logs, newest first, with OpenAI's filters.</summary>
internal sealed class AuditEndpoints(IDbContextFactory<AccessDb> contexts)
{
    private const int MostValues = 16;
    private const long MaxSeconds = 253_402_300_799;
    private const long MillisPerSecond = 1000;

    /// <summary>The parameters it takes.</summary>
    public const string Query = "after before limit project_ids event_types actor_ids actor_emails resource_ids "
        + "effective_at[gt] effective_at[gte] effective_at[lt] effective_at[lte]";

    public async Task ListAsync(HttpContext context)
    {
        var query = new QueryReader(context.Request, Query.Split(' '));
        var limit = Paging.Limit(context.Request);
        var caller = context.Caller();
        await using var db = await contexts.CreateDbContextAsync(context.RequestAborted);
        var log = db.Audit.AsNoTracking().Where(row => row.Org == caller.Org.Value);
        var rows = await ByEmailAsync(
            db, caller.Org, Timed(Filtered(log, query), query), query, context.RequestAborted);
        if (caller.Authority.Of(Act.ReadAudit) == Reach.MoneyRows)
        {
            rows = AuditReader.MoneyOf(rows);
        }

        if (await PlaceAsync(log, query, "after", context.RequestAborted) is { } after)
        {
            rows = rows.Where(row => row.Seq < after);
        }

        if (await PlaceAsync(log, query, "before", context.RequestAborted) is { } before)
        {
            // The page that ends where a known one began: its rows are the nearest newer ones.
            var newer = await rows.Where(row => row.Seq > before).OrderBy(row => row.Seq).Take(limit + 1)
                .ToListAsync(context.RequestAborted);
            await WriteNewerAsync(context, newer, limit);
            return;
        }

        var found = await rows.OrderByDescending(row => row.Seq).Take(limit + 1).ToListAsync(context.RequestAborted);
        await Paging.WriteAsync(context, found, limit, row => ObjectIds.AuditLog(row.Id), Write);
    }

    private static Task WriteNewerAsync(HttpContext context, List<AuditRow> newer, int limit)
    {
        var hasMore = newer.Count > limit;
        List<AuditRow> page = [.. newer.Take(limit).Reverse()];

        // The writer tells by one row too many that there are more.
        return Paging.WriteAsync(
            context, hasMore ? [.. page, newer[^1]] : page, limit, row => ObjectIds.AuditLog(row.Id), Write);
    }

    private static IQueryable<AuditRow> Filtered(IQueryable<AuditRow> rows, QueryReader query)
    {
        var (types, actors) = (Values(query, "event_types"), Values(query, "actor_ids"));
        var (targets, projects) = (Values(query, "resource_ids"), Values(query, "project_ids"));
        rows = types.Count == 0 ? rows : rows.Where(row => types.Contains(row.Type));
        rows = actors.Count == 0 ? rows : rows.Where(row => actors.Contains(row.Actor));
        rows = targets.Count == 0 ? rows : rows.Where(row => targets.Contains(row.Target));
        if (projects.Count == 0)
        {
            return rows;
        }

        // An id that is none matches nothing.
        var ids = projects
            .Select(text => ProjectId.TryParse(text, out var id) ? id.Value : Guid.Empty)
            .Select(id => (Guid?)id).ToList();
        return rows.Where(row => ids.Contains(row.Project));
    }

    // The log names people by id: an address is that of a member, or the subject of a token that has one.
    private static async Task<IQueryable<AuditRow>> ByEmailAsync(
        AccessDb db, OrgId org, IQueryable<AuditRow> rows, QueryReader query, CancellationToken ct)
    {
        if (Values(query, "actor_emails") is not { Count: > 0 } emails)
        {
            return rows;
        }

        var members = await db.Members.AsNoTracking().Where(row => row.Org == org.Value)
            .Select(row => new { row.Id, row.Email }).ToListAsync(ct);
        List<string> actors =
        [
            .. emails,
            .. members.Where(member => emails.Contains(member.Email, StringComparer.OrdinalIgnoreCase))
                .Select(member => ObjectIds.User(member.Id)),
        ];
        return rows.Where(row => actors.Contains(row.Actor));
    }

    // Whole seconds are asked about, milliseconds are kept.
    private static IQueryable<AuditRow> Timed(IQueryable<AuditRow> rows, QueryReader query)
    {
        if (query.Integer("effective_at[gt]", 0, MaxSeconds) is { } above)
        {
            rows = rows.Where(row => row.At >= (above + 1) * MillisPerSecond);
        }

        if (query.Integer("effective_at[gte]", 0, MaxSeconds) is { } from)
        {
            rows = rows.Where(row => row.At >= from * MillisPerSecond);
        }

        if (query.Integer("effective_at[lt]", 0, MaxSeconds) is { } below)
        {
            rows = rows.Where(row => row.At < below * MillisPerSecond);
        }

        return query.Integer("effective_at[lte]", 0, MaxSeconds) is { } to
            ? rows.Where(row => row.At < (to + 1) * MillisPerSecond)
            : rows;
    }

    private static async Task<long?> PlaceAsync(
        IQueryable<AuditRow> log, QueryReader query, string name, CancellationToken ct)
    {
        if (query.Text(name) is not { } text)
        {
            return null;
        }

        var id = ObjectIds.Parse(text, ObjectIds.AuditLog) ?? throw QueryReader.Wrong(name, "an audit log's id");
        var seq = await log.Where(row => row.Id == id).Select(row => (long?)row.Seq).SingleOrDefaultAsync(ct);
        return seq ?? throw QueryReader.Wrong(name, "the id of a row of this log");
    }

    private static IReadOnlyList<string> Values(QueryReader query, string name)
    {
        var values = query.List(name);
        return values.Count <= MostValues ? values : throw QueryReader.Wrong(name, $"at most {MostValues} values");
    }

    private static void Write(Utf8JsonWriter writer, AuditRow row)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "organization.audit_log"u8);
        writer.WriteString("id"u8, ObjectIds.AuditLog(row.Id));
        writer.WriteString("type"u8, row.Type);
        writer.WriteNumber("effective_at"u8, row.At / MillisPerSecond);
        writer.WriteNumber("sequence"u8, row.Seq);
        writer.WriteString("hash"u8, Convert.ToHexStringLower(row.Hash));
        writer.WriteStartObject("actor"u8);
        writer.WriteString("type"u8, row.ActorKind);
        writer.WriteString("id"u8, row.Actor);
        writer.WriteString("ip_address"u8, row.Address);
        writer.WriteString("request_id"u8, row.Request);
        writer.WriteEndObject();
        writer.WriteString("project"u8, row.Project is { } project ? new ProjectId(project).ToString() : null);
        writer.WriteStartObject(row.Type);
        writer.WriteString("id"u8, row.Target);
        if (row.Data is not null)
        {
            writer.WritePropertyName(row.Type.EndsWith("updated", StringComparison.Ordinal)
                ? "changes_requested"u8
                : "data"u8);
            writer.WriteRawValue(row.Data);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
