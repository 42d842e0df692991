using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>Runs the roll-up every minute, and once a day the miners' payouts.</summary>
internal sealed partial class RollUpLoop(
    RollUp rollUp, Treasury treasury, BillingOptions options, TimeProvider time, ILogger<RollUpLoop> logger)
    : BackgroundService
{
    private long _paidDay = -1;

    /// <summary>One round; what fails is tried again in the next.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await rollUp.RunAsync(cancellationToken);
            var day = time.GetUtcNow().Ticks / TimeSpan.TicksPerDay;
            if (day != _paidDay)
            {
                // Asked for twice in a day, by a restart or another replica, it finds what is left to pay: nothing.
                await treasury.PayMinersAsync(cancellationToken);
                _paidDay = day;
            }
        }
        catch (Exception error) when (
            error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.RoundFailed(logger, error);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.RollUpEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RoundAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2075, LogLevel.Error, "A round of the roll-up failed")]
        internal static partial void RoundFailed(ILogger logger, Exception error);
    }
}
