using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>When reserves are published, and what must be done before.</summary>
/// <param name="From">The time of day in UTC from which a missing day is published; a process that was down then does
/// it when it comes up.</param>
/// <param name="RollUp">Lets lots pay for what was spent, so that the tree is not ahead of the charges; null: nothing
/// to do before.</param>
internal sealed record ReservesSchedule(TimeOnly From, Func<CancellationToken, Task>? RollUp = null)
{
    /// <summary>Few requests run then.</summary>
    internal static TimeOnly QuietHour { get; } = new(3, 10);
}

/// <summary>Publishes the reserves once a day. Several processes may try at once: the day is the key, one
/// succeeds.</summary>
internal sealed partial class ReservesKeeper(
    Reserves reserves, ReservesSchedule schedule, TimeProvider time, ILogger<ReservesKeeper> logger)
    : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource _hostStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateOnly _done = DateOnly.MinValue;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _hostStarted.TrySetResult();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Publishes when it is due; what fails is tried again in the next round.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var day = DateOnly.FromDateTime(now);
        if (day == _done || TimeOnly.FromDateTime(now) < schedule.From)
        {
            return;
        }

        try
        {
            if (await reserves.IsPublishedAsync(day, cancellationToken))
            {
                _done = day;
                return;
            }

            await (schedule.RollUp?.Invoke(cancellationToken) ?? Task.CompletedTask);
            if (await reserves.PublishAsync(cancellationToken))
            {
                Log.Published(logger, day);
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
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            // What other services book at the start, such as DevNet's first deposit, belongs into the first tree.
            await _hostStarted.Task.WaitAsync(stoppingToken);
            do
            {
                await RoundAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end, also of a start that failed: then the host would report it as a fault of ours.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2076, LogLevel.Information, "The reserves of {Day} are published")]
        internal static partial void Published(ILogger logger, DateOnly day);

        [LoggerMessage(2077, LogLevel.Error, "The reserves could not be published; they are tried again")]
        internal static partial void RoundFailed(ILogger logger, Exception error);
    }
}
