using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>Makes up soon for ends that the books did not hear, and clears away now and then what dead replicas left
/// and what has expired.</summary>
internal sealed partial class IdempotencyKeeper(
    IdempotentCalls calls, TimeProvider time, ILogger<IdempotencyKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan PayEvery = TimeSpan.FromSeconds(10);

    // Ten minutes.
    private const int RoundsASweep = 60;

    private int _round;

    /// <summary>One round; what fails is tried again in the next.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answers = await calls.PayDebtsAsync(cancellationToken);
            if (answers && _round % RoundsASweep == 0)
            {
                await calls.SweepAsync(cancellationToken);
            }

            // A sweep that was due while the books were silent comes with their first answer.
            _round += answers ? 1 : 0;
        }
        catch (Exception error) when (
            error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.RoundFailed(logger, error);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PayEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RoundAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end, also of a start that failed: then the host would report it as a fault of ours.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2071, LogLevel.Error, "A round of clearing idempotency keys failed")]
        internal static partial void RoundFailed(ILogger logger, Exception error);
    }
}
