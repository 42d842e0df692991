using Gateway.Api.Access;
using Gateway.Api.Content;
using Gateway.Api.Files;

namespace Gateway.Api.Batches;

/// <summary>Runs one batch to its end, from wherever a worker before left it.</summary>
internal sealed class BatchRun(
    BatchWork work, BatchWatch watch, LineRunner lines, BatchWriter writer, FileStore files, BatchSlots slots)
{
    /// <summary>Runs it until it has ended, or is somebody else's.</summary>
    /// <param name="batch">The batch, whose lease this process holds.</param>
    /// <param name="stopping">The process stops: what is not done is left to whoever comes next.</param>
    public async Task RunAsync(Guid batch, CancellationToken stopping)
    {
        var row = await work.ReadAsync(batch, stopping);
        var input = new BatchInput(await ReadAsync(row.Input, stopping));
        if (row.Status == BatchStatus.Validating && input.Problems(row.Endpoint) is { Count: > 0 } problems)
        {
            await work.RefuseAsync(batch, problems, stopping);
            return;
        }

        await work.BeginAsync(batch, input.Count, stopping);
        using var halt = new BatchHalt(stopping);
        await RunWatchedAsync(row, input, halt);
        if (halt.Reason is not BatchHaltReason.Left)
        {
            await EndAsync(row, input, halt, stopping);
        }
    }

    private async Task RunWatchedAsync(BatchRow row, BatchInput input, BatchHalt halt)
    {
        var watching = watch.WatchAsync(row, halt);
        try
        {
            await RunLinesAsync(row, input, halt);
        }
        finally
        {
            halt.End();
            await watching;
        }
    }

    private async Task RunLinesAsync(BatchRow row, BatchInput input, BatchHalt halt)
    {
        if (row.Ending is not null)
        {
            return;
        }

        try
        {
            // Halted before its first line as well: a cancel may come while its lines are looked up.
            var known = await work.LinesAsync(row.Id, halt.Token);
            var left = Enumerable.Range(0, input.Count)
                .Where(n => known.GetValueOrDefault(n).State is null or BatchLineRow.Kept);
            await Parallel.ForEachAsync(
                left,
                new ParallelOptions { MaxDegreeOfParallelism = slots.Count, CancellationToken = halt.Token },
                async (n, _) =>
                {
                    if (await watch.CallerAsync(row, halt) is not { } caller)
                    {
                        return;
                    }

                    var (name, order) = OrderOf(row, input, n, caller);
                    await lines.RunAsync(name, order, known.ContainsKey(n), halt.Token);
                });
        }
        catch (OperationCanceledException) when (halt.Token.IsCancellationRequested)
        {
            // The reason says what follows.
        }
    }

    private async Task EndAsync(BatchRow row, BatchInput input, BatchHalt halt, CancellationToken stopping)
    {
        var (ending, error) = halt.Reason switch
        {
            BatchHaltReason.Cancelled => (BatchStatus.Cancelled, (BatchError?)null),
            BatchHaltReason.Expired => (BatchStatus.Expired, null),
            BatchHaltReason.KeyGone => (BatchStatus.Failed, BatchWatch.KeyGone),
            _ => (BatchStatus.Completed, null),
        };
        await work.EndingAsync(row.Id, ending, error, stopping);

        // The books answer for the organisation and the key's id, whether or not the key still opens anything.
        var payer = BatchWatch.Payer(row);
        foreach (var n in (await work.LinesAsync(row.Id, stopping))
            .Where(line => line.Value.State == BatchLineRow.Kept).Select(line => line.Key).Order().ToList())
        {
            var (name, order) = OrderOf(row, input, n, payer);
            await lines.ResolveAsync(name, order, stopping);
        }

        await writer.WriteAsync(await work.ReadAsync(row.Id, stopping), input, stopping);
    }

    private static (LineName Name, LineOrder Order) OrderOf(BatchRow row, BatchInput input, int n, Caller caller)
    {
        var line = input[n];
        var name = new LineName(row.Id, n, line.CustomId);
        return (name, new(row.Endpoint, line.Body, name.IdempotencyKey, caller, row.Address));
    }

    private async Task<byte[]> ReadAsync(Guid file, CancellationToken ct)
    {
        using var whole = new MemoryStream();
        await foreach (var piece in files.ReadAsync(file, ct))
        {
            await whole.WriteAsync(piece, ct);
        }

        return whole.ToArray();
    }
}
