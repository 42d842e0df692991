using Gateway.Api.Content;
using Gateway.Api.Files;

namespace Gateway.Api.Batches;

/// <summary>Writes a batch's results into files: every line stands in one of the two.</summary>
internal sealed class BatchWriter(BatchWork work, FileStore files)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>Writes the files and ends the batch.</summary>
    public async Task WriteAsync(BatchRow row, BatchInput input, CancellationToken ct)
    {
        var known = await work.LinesAsync(row.Id, ct);
        var done = known.Count(line => line.Value.State == BatchLineRow.Done);
        var output = done > 0 ? await BeginAsync(row, "output", ct) : null;
        var errors = done < input.Count ? await BeginAsync(row, "error", ct) : null;
        try
        {
            var usage = await FillAsync(row, input, known, (output, errors), ct);
            await work.EndAsync(row, new(output, errors, done, input.Count - done, usage), ct);
        }
        finally
        {
            // Does nothing once they can be seen: whoever tries again writes files of his own.
            await DropAsync(output);
            await DropAsync(errors);
        }
    }

    private async Task<BatchUsage> FillAsync(
        BatchRow row, BatchInput input, Dictionary<int, (string State, string Request)> known,
        (FileWriter? Output, FileWriter? Errors) results, CancellationToken ct)
    {
        var usage = new BatchUsage();
        var (output, errors) = results;
        if (output is not null)
        {
            await CopyAsync(output, row.Id, BatchLineRow.Done, usage.Add, ct);
            await output.EndAsync(ct);
        }

        if (errors is not null)
        {
            await CopyAsync(errors, row.Id, BatchLineRow.Failed, _ => { }, ct);
            await WriteOthersAsync(errors, row, input, known, ct);
            await errors.EndAsync(ct);
        }

        return usage;
    }

    private Task DropAsync(FileWriter? writer) =>
        writer is null ? Task.CompletedTask : files.DropAsync(writer.File);

    private async Task<FileWriter> BeginAsync(BatchRow row, string what, CancellationToken ct)
    {
        var lifetime = row.OutputSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Lifetime;
        var draft = new FileDraft(
            $"{BatchJson.IdOf(row.Id)}_{what}.jsonl", FilePurpose.BatchOutput, Bytes: 0, lifetime);
        return await files.BeginAsync(new(row.Org, row.Owner), draft, ct)
            ?? throw new InvalidOperationException("A file of unknown length was refused.");
    }

    private async Task CopyAsync(
        FileWriter writer, Guid batch, string state, Action<ReadOnlyMemory<byte>> read, CancellationToken ct)
    {
        for (var from = 0; await work.ResultsAsync(batch, state, from, ct) is { Count: > 0 } page;)
        {
            foreach (var (n, line) in page)
            {
                await writer.WriteAsync(line, ct);
                read(line);
                from = n + 1;
            }
        }
    }

    private static async Task WriteOthersAsync(
        FileWriter writer, BatchRow row, BatchInput input, Dictionary<int, (string State, string Request)> known,
        CancellationToken ct)
    {
        var (code, message) = row.Ending switch
        {
            BatchStatus.Cancelled => ("batch_cancelled", "The batch was cancelled before this line was run."),
            BatchStatus.Expired => ("batch_expired", "The batch's time was over before this line was run."),
            _ => ("key_revoked", "The batch's key was revoked or had expired before this line was run."),
        };
        for (var n = 0; n < input.Count; n++)
        {
            if (!known.ContainsKey(n))
            {
                await writer.WriteAsync(
                    LineJson.NotRun(new(row.Id, n, input[n].CustomId), code, message), ct);
            }
        }
    }
}
