using Gateway.Api.Access;
using Gateway.Api.Batches;
using Gateway.Api.Responses;

namespace Gateway.Api.Files;

/// <summary>Deletes expired files, batches and responses now and then; until then nobody sees them any more.</summary>
internal sealed partial class FileSweeper(
    FileStore files, BatchStore batches, ResponseStore responses, TimeProvider time, ILogger<FileSweeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
            {
                await TrySweepAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task TrySweepAsync(CancellationToken ct)
    {
        try
        {
            await files.SweepAsync(ct);
            await batches.SweepAsync(ct);
            await responses.SweepAsync(ct);
        }
        catch (Exception failure) when (StoreFault.Is(failure))
        {
            Log.SweepFailed(logger, failure.GetBaseException().GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5650, LogLevel.Warning, "Expired content could not be deleted, which is tried again: {Failure}")]
        public static partial void SweepFailed(ILogger logger, string failure);
    }
}
