using Gateway.Api.Access;
using Gateway.Api.Hosting;
using Gateway.Billing;

namespace Gateway.Api.Batches;

/// <summary>Runs batches in the background: a few at a time, each by one process of the deployment.</summary>
internal sealed partial class BatchDesk(
    BatchLeases leases, BatchRun run, PriceBook prices, GatewaySettings settings, ILogger<BatchDesk> logger)
    : BackgroundService
{
    private const int MostAtOnce = 4;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _news = new(0);
    private readonly Dictionary<Guid, Task> _running = [];

    /// <summary>There is a new batch: it need not wait for the next look.</summary>
    public void Tell() => _news.Release();

    public override void Dispose()
    {
        _news.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isFirst = true;
        try
        {
            while (true)
            {
                isFirst = !await TryLookAsync(isFirst, stoppingToken) && isFirst;
                await _news.WaitAsync(LookEvery, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(_running.Values);
        }
    }

    private async Task<bool> TryLookAsync(bool isFirst, CancellationToken stopping)
    {
        try
        {
            // A directory has one process: whoever held a lease in it is dead.
            if (isFirst && !settings.UsesPostgres)
            {
                await leases.FreeAllAsync(stopping);
            }

            await LookAsync(stopping);
            return true;
        }
        catch (Exception failure) when (StoreFault.Is(failure))
        {
            Log.LookFailed(logger, failure.GetBaseException().GetType().Name);
            return false;
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        foreach (var ended in _running.Where(one => one.Value.IsCompleted).Select(one => one.Key).ToList())
        {
            _running.Remove(ended);
        }

        if (_running.Count == MostAtOnce)
        {
            return;
        }

        foreach (var batch in await leases.FreeAsync(MostAtOnce - _running.Count, stopping))
        {
            if (!_running.ContainsKey(batch) && await leases.TakeAsync(batch, stopping))
            {
                _running[batch] = RunAsync(batch, stopping);
            }
        }
    }

    private async Task RunAsync(Guid batch, CancellationToken stopping)
    {
        try
        {
            await prices.OfferBatchAsync(stopping);
            await run.RunAsync(batch, stopping);
            await leases.LeaveAsync(batch);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Log.Left(logger, BatchJson.IdOf(batch));
            await leases.LeaveAsync(batch);
        }
#pragma warning disable CA1031 // The loop's top: one broken batch must not end the others; its lease paces it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.Failed(logger, BatchJson.IdOf(batch), failure.GetBaseException().GetType().Name, failure.StackTrace);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5651, LogLevel.Warning, "Batches could not be looked for, which is tried again: {Failure}")]
        public static partial void LookFailed(ILogger logger, string failure);

        [LoggerMessage(5652, LogLevel.Information, "{Batch} is left to the next process")]
        public static partial void Left(ILogger logger, string batch);

        // An exception's own text may quote the data it failed on, so only its type and place are kept.
        [LoggerMessage(5653, LogLevel.Error, "{Batch} stopped and is tried again: {Failure} {Place}")]
        public static partial void Failed(ILogger logger, string batch, string failure, string? place);
    }
}
