using System.Text;
using Gateway.Api.Content;
using Gateway.Api.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Batches;

/// <summary>Batches as their owners see them. Another owner's is as none.</summary>
internal sealed class BatchStore(
    IDbContextFactory<ContentDb> contexts, ContentSeal seal, GatewaySettings settings, TimeProvider time)
{
    /// <summary>Batches of an organisation that have not ended.</summary>
    public const int MaxOpen = 100;

    private const string MetadataPart = "metadata";
    private const string ErrorsPart = "errors";

    /// <summary>How long a batch may take.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>A new batch; null when the organisation has too many that have not ended.</summary>
    public async Task<BatchRow?> AddAsync(ContentOwner owner, BatchDraft draft, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.Batches.CountAsync(row => row.Org == owner.Org && row.IsOpen, ct) >= MaxOpen)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var row = new BatchRow
        {
            Id = id,
            Org = owner.Org,
            Owner = owner.Id,
            KeyId = draft.Key,
            Address = draft.Address,
            Endpoint = draft.Endpoint,
            Input = draft.Input,
            Metadata = draft.Metadata is { } text ? seal.Seal(id, MetadataPart, Encoding.UTF8.GetBytes(text)) : null,
            OutputSeconds = draft.OutputSeconds,
            Status = BatchStatus.Validating,
            IsOpen = true,
            CreatedAt = now.ToUnixTimeMilliseconds(),
            ExpiresAt = (now + Window).ToUnixTimeMilliseconds(),
        };
        db.Add(row);
        await db.SaveChangesAsync(ct);
        return row;
    }

    public async Task<BatchRow?> FindAsync(ContentOwner owner, Guid id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await Of(db, owner).SingleOrDefaultAsync(batch => batch.Id == id, ct);
        return row is null ? null : await CountAsync(db, row, ct);
    }

    /// <summary>Batches, newest first, one more than asked for when there are more.</summary>
    public async Task<List<BatchRow>> ListAsync(ContentOwner owner, Guid? after, int limit, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = Of(db, owner);
        if (after is { } mark)
        {
            rows = rows.Where(row => row.Id.CompareTo(mark) < 0);
        }

        var found = await rows.OrderByDescending(row => row.Id).Take(limit + 1).ToListAsync(ct);
        foreach (var row in found)
        {
            await CountAsync(db, row, ct);
        }

        return found;
    }

    /// <summary>Asks for a batch's end: what is done is kept. One that is ending already ends as it would; false when
    /// it has ended.</summary>
    public async Task<bool> CancelAsync(BatchRow batch, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await db.Batches
            .Where(row => row.Id == batch.Id && row.IsOpen && row.Ending == null && row.CancellingAt == null)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Status, BatchStatus.Cancelling)
                .SetProperty(row => row.CancellingAt, now), ct);
        return await db.Batches.AnyAsync(row => row.Id == batch.Id && row.IsOpen, ct);
    }

    /// <summary>Whether a batch that has not ended reads this file.</summary>
    public async Task<bool> IsReadAsync(Guid file, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Batches.AnyAsync(row => row.Input == file && row.IsOpen, ct);
    }

    /// <summary>Deletes batches that ended longer ago than they are kept; the files of their lines and of their results
    /// go by their own times, which their owners were told.</summary>
    /// <returns>How many.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var before = (time.GetUtcNow() - TimeSpan.FromDays(settings.BatchKeepDays)).ToUnixTimeMilliseconds();
        return await db.Batches.Where(row => !row.IsOpen && row.EndedAt < before).ExecuteDeleteAsync(ct);
    }

    /// <summary>Its metadata as JSON.</summary>
    public string? MetadataOf(BatchRow row) => TextOf(row.Id, MetadataPart, row.Metadata);

    /// <summary>Why it failed, as JSON.</summary>
    public string? ErrorsOf(BatchRow row) => TextOf(row.Id, ErrorsPart, row.Errors);

    /// <summary>What says why it failed, as it is stored.</summary>
    public byte[] SealErrors(Guid id, string json) => seal.Seal(id, ErrorsPart, Encoding.UTF8.GetBytes(json));

    private string? TextOf(Guid id, string part, byte[]? text) =>
        text is null ? null : Encoding.UTF8.GetString(seal.Open(id, part, text));

    // While it runs its lines tell; afterwards the row does.
    private static async Task<BatchRow> CountAsync(ContentDb db, BatchRow row, CancellationToken ct)
    {
        if (row.IsOpen)
        {
            var states = await db.BatchLines.Where(line => line.Batch == row.Id).GroupBy(line => line.State)
                .Select(group => new { group.Key, Count = group.Count() })
                .ToDictionaryAsync(state => state.Key, state => state.Count, ct);
            row.Completed = states.GetValueOrDefault(BatchLineRow.Done);
            row.Failed = states.GetValueOrDefault(BatchLineRow.Failed);
        }

        return row;
    }

    private static IQueryable<BatchRow> Of(ContentDb db, ContentOwner owner) =>
        db.Batches.AsNoTracking().Where(row => row.Owner == owner.Id && row.Org == owner.Org);
}

/// <summary>A batch that is about to be made.</summary>
/// <param name="Key">The key that makes it.</param>
/// <param name="Address">Where its maker calls from.</param>
/// <param name="Endpoint">Where its lines go.</param>
/// <param name="Input">The file of its lines.</param>
/// <param name="Metadata">JSON; null: none.</param>
/// <param name="OutputSeconds">How long its results are kept; null: as usual.</param>
internal sealed record BatchDraft(
    Guid Key, string Address, string Endpoint, Guid Input, string? Metadata, long? OutputSeconds);
