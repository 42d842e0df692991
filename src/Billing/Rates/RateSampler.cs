using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>Samples TAO's price and looks again at deposits that wait for one.</summary>
internal sealed partial class RateSampler(
    RateBook rates, Deposits deposits, BillingOptions options, TimeProvider time, ILogger<RateSampler> logger)
    : BackgroundService
{
    /// <summary>One round; what fails is tried again in the next.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Replicas' rounds drift: half the period apart is another round, closer is the same one.
            await rates.SampleAsync(options.SampleEvery / 2, cancellationToken);
            await deposits.ExamineWaitingAsync(cancellationToken);
        }
        catch (Exception error) when (
            error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.RoundFailed(logger, error);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SampleEvery, time);
        try
        {
            do
            {
                await RoundAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2063, LogLevel.Error, "A round of rates and waiting deposits failed")]
        internal static partial void RoundFailed(ILogger logger, Exception error);
    }
}
