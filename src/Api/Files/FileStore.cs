using System.Runtime.CompilerServices;
using System.Text;
using Gateway.Api.Content;
using Gateway.Api.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Files;

/// <summary>Files of callers, in the store that all replicas share, so that any of them reads any file. Another owner's
/// file, and one that has expired, is as none.</summary>
internal sealed class FileStore(
    IDbContextFactory<ContentDb> contexts, ContentSeal seal, GatewaySettings settings, TimeProvider time)
{
    private const string NamePart = "name";

    // Each with all its pieces, up to hundreds of megabytes: others write between.
    private const int SweepAtOnce = 20;

    // An upload takes a minute at most, a batch's results some minutes: what is older was left by a process that died.
    private static readonly TimeSpan WritingLimit = TimeSpan.FromDays(1);

    /// <summary>Begins a file that counts in its organisation's quota from now on; null when it has no
    /// room.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="draft">What it is.</param>
    /// <param name="ct">Ends the attempt.</param>
    public async Task<FileWriter?> BeginAsync(ContentOwner owner, FileDraft draft, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);

        // SQLite's provider begins with a write lock; PostgreSQL locks the organisation's name until the commit.
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (db.Database.IsNpgsql())
        {
            await db.Database.ExecuteSqlAsync(
                $"SELECT pg_advisory_xact_lock(hashtextextended({"gateway.files." + owner.Org}, 0))", ct);
        }

        var taken = await db.Files.Where(row => row.Org == owner.Org).SumAsync(row => row.Bytes, ct);
        if (draft.Bytes > 0 && taken + draft.Bytes > settings.FileQuotaBytes)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        db.Add(new FileRow
        {
            Id = id,
            Org = owner.Org,
            Owner = owner.Id,
            Purpose = draft.Purpose,
            Name = seal.Seal(id, NamePart, Encoding.UTF8.GetBytes(draft.Name)),
            Bytes = draft.Bytes,
            IsReady = false,
            CreatedAt = now.ToUnixTimeMilliseconds(),
            ExpiresAt = draft.Lifetime is { } lifetime ? (now + lifetime).ToUnixTimeMilliseconds() : null,
        });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new(contexts, seal, id);
    }

    /// <summary>Lets a whole file be seen.</summary>
    public async Task<FileRow> PublishAsync(FileWriter writer, CancellationToken ct)
    {
        await writer.EndAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await db.Files.SingleAsync(file => file.Id == writer.File, ct);
        (row.Bytes, row.IsReady) = (writer.Length, true);
        await db.SaveChangesAsync(ct);
        return row;
    }

    public string NameOf(FileRow row) => Encoding.UTF8.GetString(seal.Open(row.Id, NamePart, row.Name));

    public async Task<FileRow?> FindAsync(ContentOwner owner, Guid id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await Visible(db, owner).SingleOrDefaultAsync(row => row.Id == id, ct);
    }

    /// <summary>Files by age, one more than asked for when there are more.</summary>
    public async Task<List<FileRow>> ListAsync(ContentOwner owner, FileQuery query, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = Visible(db, owner);
        if (query.Purpose is { } purpose)
        {
            rows = rows.Where(row => row.Purpose == purpose);
        }

        if (query.After is { } mark)
        {
            rows = query.OldestFirst
                ? rows.Where(row => row.Id.CompareTo(mark) > 0)
                : rows.Where(row => row.Id.CompareTo(mark) < 0);
        }

        rows = query.OldestFirst ? rows.OrderBy(row => row.Id) : rows.OrderByDescending(row => row.Id);
        return await rows.Take(query.Limit + 1).ToListAsync(ct);
    }

    /// <summary>Deletes a file with its bytes; false when there is none.</summary>
    public async Task<bool> DeleteAsync(ContentOwner owner, Guid id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await Visible(db, owner).Where(row => row.Id == id).ExecuteDeleteAsync(ct) == 1;
    }

    /// <summary>Leaves nothing of a file that was not written to its end.</summary>
    public async Task DropAsync(Guid id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await db.Files.Where(row => row.Id == id && !row.IsReady).ExecuteDeleteAsync();
    }

    /// <summary>A file's bytes, piece by piece.</summary>
    public async IAsyncEnumerable<byte[]> ReadAsync(Guid id, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        for (var n = 0; ; n++)
        {
            var piece = await db.Pieces.AsNoTracking().SingleOrDefaultAsync(row => row.File == id && row.N == n, ct);
            if (piece is null)
            {
                yield break;
            }

            yield return seal.Open(id, FileWriter.Part(n), piece.Data);
        }
    }

    /// <summary>Deletes what has expired, and what a process that died left half written; returns how many.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var (due, stale) = (now.ToUnixTimeMilliseconds(), (now - WritingLimit).ToUnixTimeMilliseconds());
        var old = db.Files
            .Where(row => row.ExpiresAt <= due || (!row.IsReady && row.CreatedAt < stale))
            .Where(row => !db.Batches.Any(batch => batch.IsOpen && batch.Input == row.Id))
            .OrderBy(row => row.Id).Select(row => row.Id).Take(SweepAtOnce);
        var (count, part) = (0, SweepAtOnce);
        while (part == SweepAtOnce)
        {
            var ids = await old.ToListAsync(ct);
            part = await db.Files.Where(row => ids.Contains(row.Id)).ExecuteDeleteAsync(ct);
            count += part;
        }

        return count;
    }

    private IQueryable<FileRow> Visible(ContentDb db, ContentOwner owner)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return db.Files.AsNoTracking().Where(row => row.Owner == owner.Id && row.Org == owner.Org && row.IsReady
            && (row.ExpiresAt == null || row.ExpiresAt > now));
    }
}

/// <summary>A file that is about to be written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Purpose">One of <see cref="FilePurpose"/>.</param>
/// <param name="Bytes">How long it will be; 0: nobody knows, and it is not refused for its quota.</param>
/// <param name="Lifetime">How long it is kept; null: until it is deleted.</param>
internal sealed record FileDraft(string Name, string Purpose, long Bytes, TimeSpan? Lifetime);

/// <summary>Which files are listed.</summary>
internal sealed record FileQuery(string? Purpose, Guid? After, int Limit, bool OldestFirst);
