using Gateway.Api.Content;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Batches;

/// <summary>Who runs which batch. One process at a time does; should clocks or a long pause make it two, the books
/// still charge a line once.</summary>
internal sealed class BatchLeases(IDbContextFactory<ContentDb> contexts, TimeProvider time)
{
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(12);

    private readonly string _me = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    /// <summary>Frees what a process that died held, where only one process can be.</summary>
    public async Task FreeAllAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db.Batches.Where(row => row.IsOpen)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseUntil, 0L), ct);
    }

    /// <summary>Open batches that nobody runs, the oldest first.</summary>
    public async Task<List<Guid>> FreeAsync(int most, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = Now();
        return await db.Batches.AsNoTracking().Where(row => row.IsOpen && row.LeaseUntil < now)
            .OrderBy(row => row.Id).Select(row => row.Id).Take(most).ToListAsync(ct);
    }

    /// <summary>Takes a batch, or keeps it; false when it is another's or has ended.</summary>
    public async Task<bool> TakeAsync(Guid batch, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var (now, until) = (Now(), Now() + (long)Term.TotalMilliseconds);
        return await db.Batches
            .Where(row => row.Id == batch && row.IsOpen && (row.LeaseUntil < now || row.Lease == _me))
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Lease, _me)
                .SetProperty(row => row.LeaseUntil, until), ct) == 1;
    }

    /// <summary>Leaves a batch to whoever comes next.</summary>
    public async Task LeaveAsync(Guid batch)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await db.Batches.Where(row => row.Id == batch && row.Lease == _me)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseUntil, 0L));
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
