using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>The shell that keeps a replica going: applies its journal, says that it lives, looks after the others, and
/// takes over new prices. Ends the process when its journal has failed.</summary>
internal sealed partial class LeaseKeeper(
    Replica replica, PriceBook book, BillingOptions options, TimeProvider time, ILogger<LeaseKeeper> logger)
    : BackgroundService
{
    private readonly BeatRecord _beats = new(time, options.UnseenLimit);
    private long _lastBeat = long.MinValue;
    private long _lastLook = long.MinValue;
    private bool _isSilent;

    /// <summary>Called once when the journal has failed, so that the host ends.</summary>
    internal Action Fail { get; init; } = static () => { };

    /// <summary>One round; what fails is tried again in the next.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await replica.TickAsync();
            await BeatAsync(cancellationToken);
            if (_isSilent)
            {
                _isSilent = false;
                Log.Recovered(logger);
            }
        }
        catch (Exception error) when (
            error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _beats.Broke();
            if (!_isSilent)
            {
                _isSilent = true;
                Log.RoundFailed(logger, error);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.TickEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RoundAsync(stoppingToken);
                if (replica.HasFailed)
                {
                    Log.JournalFailed(logger);
                    Fail();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end, also of a start that failed: then the host would report it as a fault of ours.
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        if (IsDue(ref _lastBeat, options.BeatEvery))
        {
            await replica.BeatAsync();
            _beats.Succeeded();
        }

        if (!IsDue(ref _lastLook, options.LookEvery))
        {
            return;
        }

        if (_beats.AreUnbroken)
        {
            // Only then is it the others who were silent, and not the books.
            await replica.SweepAsync();
        }

        await book.LoadAsync(cancellationToken);
    }

    private bool IsDue(ref long last, TimeSpan every)
    {
        var now = time.GetTimestamp();
        if (last != long.MinValue && time.GetElapsedTime(last, now) < every)
        {
            return false;
        }

        last = now;
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(2030, LogLevel.Error, "The books do not answer: leases are spent, ends kept here")]
        internal static partial void RoundFailed(ILogger logger, Exception error);

        [LoggerMessage(2031, LogLevel.Information, "The books answer again")]
        internal static partial void Recovered(ILogger logger);

        [LoggerMessage(2032, LogLevel.Critical, "The journal cannot be written: this process ends")]
        internal static partial void JournalFailed(ILogger logger);
    }
}
