using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Audit;

/// <summary>Does what managers do: the act and its rows of the log are one transaction, so there is neither without the
/// other. Acts of one organisation follow one another.</summary>
internal sealed class AuditTrail(
    IDbContextFactory<AccessDb> contexts, AuditChain chain, TimeProvider time, AuditFile? file = null)
{
    /// <summary>The log of the operator's own acts, such as prices.</summary>
    public static readonly OrgId Operator = new(Guid.Empty);

    /// <summary>Runs an act. What it throws leaves nothing behind.</summary>
    /// <param name="org">Whose log it stands in.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="act">Changes the context and notes what it changes; its changes are saved for it.</param>
    public async Task<T> ActAsync<T>(OrgId org, Actor actor, Func<AuditedAct, Task<T>> act)
    {
        await using var db = await contexts.CreateDbContextAsync();

        // SQLite's provider begins with a write lock; PostgreSQL locks the log's name until the commit.
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (db.Database.IsNpgsql())
        {
            await db.Database.ExecuteSqlAsync(
                $"SELECT pg_advisory_xact_lock(hashtextextended({"gateway.audit." + org}, 0))");
        }

        var audited = new AuditedAct(db);
        var result = await act(audited);
        var rows = await AppendAsync(db, org, actor, [.. audited.Events.Select(what => WithBefore(db, what))]);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        file?.Append(rows);
        return result;
    }

    /// <summary>Notes an act on another store before it is tried: the log may hold one that failed, and never lacks one
    /// that succeeded.</summary>
    public Task NoteAsync(OrgId org, Actor actor, AuditEvent what) => ActAsync(org, actor, act =>
    {
        act.Note(what);
        return Task.FromResult(true);
    });

    // Whoever changes something says what it is now; what it was the store knows.
    private static AuditEvent WithBefore(AccessDb db, AuditEvent what)
    {
        const string Was = "was";
        if (!what.Type.EndsWith(".updated", StringComparison.Ordinal) || what.Data?.ContainsKey(Was) == true
            || AuditChanges.Before(db) is not { } before)
        {
            return what;
        }

        var data = what.Data?.DeepClone().AsObject() ?? [];
        data[Was] = before;
        return what with { Data = data };
    }

    private async Task<List<AuditRow>> AppendAsync(
        AccessDb db, OrgId org, Actor actor, IReadOnlyList<AuditEvent> events)
    {
        if (events.Count == 0)
        {
            return [];
        }

        var last = await db.Audit.AsNoTracking().Where(row => row.Org == org.Value)
            .OrderByDescending(row => row.Seq).FirstOrDefaultAsync();
        var (seq, hash, rows) = (last?.Seq ?? 0, last?.Hash ?? [], new List<AuditRow>(events.Count));
        foreach (var what in events)
        {
            var row = ToRow(org, ++seq, actor, what);
            row.Hash = hash = chain.Hash(hash, row);
            rows.Add(row);
        }

        db.AddRange(rows);
        return rows;
    }

    private AuditRow ToRow(OrgId org, long seq, Actor actor, AuditEvent what)
    {
        var now = time.GetUtcNow();
        return new()
        {
            Org = org.Value,
            Seq = seq,
            Id = Guid.CreateVersion7(now),
            At = now.ToUnixTimeMilliseconds(),
            Type = what.Type,
            ActorKind = actor.Kind,
            Actor = actor.Id,
            Address = actor.Address,
            Request = actor.Request,
            Project = what.Project?.Value,
            Target = what.Target,
            Data = what.Data?.ToJsonString(JsonSerializerOptions.Default),
        };
    }
}

/// <summary>An act under way: the store it changes, and what the log will say of it.</summary>
internal sealed class AuditedAct(AccessDb db)
{
    private readonly List<AuditEvent> _events = [];

    public AccessDb Db => db;

    public IReadOnlyList<AuditEvent> Events => _events;

    public void Note(AuditEvent what) => _events.Add(what);
}
