using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>Says that this replica lives, closes those that no longer say so, and takes over new prices.</summary>
internal sealed partial class LeaseKeeper(
    Replica replica, PriceBook book, BillingOptions options, TimeProvider time, ILogger<LeaseKeeper> logger)
    : BackgroundService
{
    private readonly BeatRecord _beats = new(time, options.UnseenLimit);

    /// <summary>One round; what fails is tried again in the next.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await replica.BeatAsync(cancellationToken);
            _beats.Succeeded();
            if (_beats.AreUnbroken)
            {
                // Only then is it the others who were silent, and not the books.
                await replica.SweepAsync(options.UnseenLimit, cancellationToken);
            }

            await book.LoadAsync(cancellationToken);
        }
        catch (Exception error) when (
            error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _beats.Broke();
            Log.RoundFailed(logger, error);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.BeatEvery, time);
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
        [LoggerMessage(2030, LogLevel.Error, "A round of heartbeat and sweep failed")]
        internal static partial void RoundFailed(ILogger logger, Exception error);
    }
}
