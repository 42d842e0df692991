using Gateway.Api.Access;
using Gateway.Api.Content;
using Gateway.Api.Hosting;
using Gateway.Core;

namespace Gateway.Api.Batches;

/// <summary>Watches over a batch that runs: keeps its lease, and halts it when it is cancelled, out of time, or without
/// a key.</summary>
internal sealed class BatchWatch(
    BatchWork work, BatchLeases leases, AccessStore access, DrainState drain, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    // A third of the lease's term.
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(4);

    /// <summary>What a batch says that lost its key.</summary>
    public static BatchError KeyGone { get; } =
        new("key_revoked", null, "The API key that made this batch was revoked or has expired.", null);

    /// <summary>Who answers for a batch in the books, with no right to anything.</summary>
    public static Caller Payer(BatchRow row) =>
        new(new(row.KeyId), KeyKind.Api, new(row.Org), "", "", default, null);

    /// <summary>Watches until the halt has ended.</summary>
    public async Task WatchAsync(BatchRow row, BatchHalt halt)
    {
        using var timer = new PeriodicTimer(Every, time);
        var renewed = time.GetTimestamp();
        try
        {
            do
            {
                renewed = await LookAsync(row, halt, renewed);
            }
            while (await timer.WaitForNextTickAsync(halt.Ended));
        }
        catch (OperationCanceledException) when (halt.Ended.IsCancellationRequested)
        {
            // The batch is through.
        }
        catch (Exception failure) when (StoreFault.Is(failure))
        {
            // Without the store nothing can be kept: it goes on when the store answers again.
            halt.Halt(BatchHaltReason.Left);
        }
    }

    /// <summary>Who pays for a batch's next line; null, and halted, when it was cancelled, its time is over, or its key
    /// opens nothing any more: no line begins after any of these.</summary>
    public async Task<Caller?> CallerAsync(BatchRow row, BatchHalt halt)
    {
        if (HaltOf(await work.ReadAsync(row.Id, halt.Ended)) is { } reason)
        {
            halt.Halt(reason);
            return null;
        }

        var caller = await access.FindKeyAsync(new KeyId(row.KeyId));
        if (caller is null || caller.ExpiresAt <= time.GetUtcNow())
        {
            halt.Halt(BatchHaltReason.KeyGone);
            return null;
        }

        return caller;
    }

    private BatchHaltReason? HaltOf(BatchRow now) =>
        now.CancellingAt is not null ? BatchHaltReason.Cancelled
        : time.GetUtcNow().ToUnixTimeMilliseconds() >= now.ExpiresAt ? BatchHaltReason.Expired
        : null;

    private async Task<long> LookAsync(BatchRow row, BatchHalt halt, long renewed)
    {
        if (drain.IsDraining)
        {
            halt.Halt(BatchHaltReason.Left);
        }

        if (HaltOf(await work.ReadAsync(row.Id, halt.Ended)) is { } reason)
        {
            halt.Halt(reason);
        }

        if (time.GetElapsedTime(renewed) < RenewEvery)
        {
            return renewed;
        }

        await CallerAsync(row, halt);
        if (!await leases.TakeAsync(row.Id, halt.Ended))
        {
            halt.Halt(BatchHaltReason.Left);
        }

        return time.GetTimestamp();
    }
}
