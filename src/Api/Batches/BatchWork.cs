using Gateway.Api.Content;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Batches;

/// <summary>A batch as its worker sees it: what became of its lines, and how it goes on.</summary>
internal sealed class BatchWork(
    IDbContextFactory<ContentDb> contexts, ContentSeal seal, BatchStore batches, TimeProvider time)
{
    public async Task<BatchRow> ReadAsync(Guid batch, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Batches.AsNoTracking().SingleAsync(row => row.Id == batch, ct);
    }

    /// <summary>What is known of its lines: their state and who answered them, by number.</summary>
    public async Task<Dictionary<int, (string State, string Request)>> LinesAsync(Guid batch, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.BatchLines.Where(line => line.Batch == batch)
            .Select(line => new { line.N, line.State, line.Request })
            .ToDictionaryAsync(line => line.N, line => (line.State, line.Request), ct);
    }

    /// <summary>Its lines were found good: they are run from now on.</summary>
    public Task BeginAsync(Guid batch, int total, CancellationToken ct)
    {
        var now = Now();
        return ChangeAsync(batch, row =>
        {
            row.Total = total;
            row.InProgressAt ??= now;
            if (row.Status == BatchStatus.Validating)
            {
                row.Status = BatchStatus.InProgress;
            }
        }, ct);
    }

    /// <summary>It cannot be run at all.</summary>
    public Task RefuseAsync(Guid batch, IReadOnlyList<BatchError> errors, CancellationToken ct) =>
        ChangeAsync(batch, row =>
        {
            (row.Status, row.EndedAt, row.IsOpen) = (BatchStatus.Failed, Now(), false);
            row.Errors = batches.SealErrors(batch, BatchJson.ErrorsOf(errors));
        }, ct);

    /// <summary>How it will end is settled: now its results are written.</summary>
    public Task EndingAsync(Guid batch, string ending, BatchError? reason, CancellationToken ct) =>
        ChangeAsync(batch, row =>
        {
            // A second worker, or one after a crash, ends it as the first would have.
            row.Ending ??= ending;
            row.FinalizingAt ??= Now();
            row.Status = row.CancellingAt is null ? BatchStatus.Finalizing : BatchStatus.Cancelling;
            row.Errors ??= reason is null ? null : batches.SealErrors(batch, BatchJson.ErrorsOf([reason]));
        }, ct);

    /// <summary>Writes an answer down before it is charged; it counts once it was.</summary>
    public Task KeepAsync(LineName line, string request, byte[] result) =>
        PutAsync(line, BatchLineRow.Kept, request, result);

    /// <summary>Ends a line by an answer that was charged before.</summary>
    public Task AnswerAsync(LineName line, string request, byte[] result) =>
        PutAsync(line, BatchLineRow.Done, request, result);

    /// <summary>Ends a line by a refusal.</summary>
    public Task FailAsync(LineName line, string request, byte[] result) =>
        PutAsync(line, BatchLineRow.Failed, request, result);

    /// <summary>The kept answer was charged, or is free: it counts. False: none is kept.</summary>
    public async Task<bool> AcceptKeptAsync(LineName line)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.BatchLines
            .Where(row => row.Batch == line.Batch && row.N == line.N && row.State == BatchLineRow.Kept)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, BatchLineRow.Done)) == 1;
    }

    /// <summary>The kept answer was not charged: the line is run anew.</summary>
    public async Task ForgetAsync(LineName line)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await db.BatchLines
            .Where(row => row.Batch == line.Batch && row.N == line.N && row.State == BatchLineRow.Kept)
            .ExecuteDeleteAsync();
    }

    /// <summary>The results of lines in a state, from a line on, in their order.</summary>
    public async Task<List<(int N, byte[] Line)>> ResultsAsync(Guid batch, string state, int from, CancellationToken ct)
    {
        const int Page = 64;
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = await db.BatchLines.AsNoTracking()
            .Where(line => line.Batch == batch && line.State == state && line.N >= from)
            .OrderBy(line => line.N).Take(Page).ToListAsync(ct);
        return [.. rows.Select(row => (row.N, seal.Open(batch, Part(row.N), row.Result)))];
    }

    /// <summary>Ends a batch: its results can be read from now on, all at once or none.</summary>
    public async Task EndAsync(BatchRow batch, BatchResults results, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var row = await db.Batches.SingleAsync(one => one.Id == batch.Id, ct);
        if (!row.IsOpen)
        {
            return;
        }

        foreach (var writer in new[] { results.Output, results.Errors })
        {
            if (writer is not null)
            {
                var file = await db.Files.SingleAsync(one => one.Id == writer.File, ct);
                (file.Bytes, file.IsReady) = (writer.Length, true);
            }
        }

        (row.Status, row.EndedAt, row.IsOpen) = (row.Ending ?? BatchStatus.Completed, Now(), false);
        (row.Output, row.ErrorsFile) = (results.Output?.File, results.Errors?.File);
        (row.Completed, row.Failed, row.Usage) = (results.Completed, results.Failed, results.Usage.ToJson());
        await db.SaveChangesAsync(ct);
        await db.BatchLines.Where(line => line.Batch == batch.Id).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private async Task PutAsync(LineName line, string state, string request, byte[] result)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.BatchLines
            .Where(row => row.Batch == line.Batch && row.N == line.N && row.State == BatchLineRow.Kept)
            .ExecuteDeleteAsync();
        db.Add(new BatchLineRow
        {
            Batch = line.Batch,
            N = line.N,
            State = state,
            Request = request,
            Result = seal.Seal(line.Batch, Part(line.N), result),
        });
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    private async Task ChangeAsync(Guid batch, Action<BatchRow> change, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (db.Database.IsNpgsql())
        {
            // A cancel at the same time must not be written over.
            await db.Database.ExecuteSqlAsync($"SELECT 1 FROM content.batch WHERE id = {batch} FOR UPDATE", ct);
        }

        change(await db.Batches.SingleAsync(one => one.Id == batch, ct));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private static string Part(int line) => $"line {line.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>A batch's results, written and not yet to be seen.</summary>
/// <param name="Output">Of lines that were answered; null: none.</param>
/// <param name="Errors">Of the others; null: none.</param>
/// <param name="Completed">How many were answered.</param>
/// <param name="Failed">How many were not.</param>
/// <param name="Usage">Of those that were.</param>
internal sealed record BatchResults(
    Files.FileWriter? Output, Files.FileWriter? Errors, int Completed, int Failed, BatchUsage Usage);
