using Gateway.Api.Limits;

namespace Gateway.Api.Redis;

/// <summary>Keeps the link to Redis: connects without holding up the start, asks again while it is silent, and reports
/// rate limits ten times a second while it answers.</summary>
internal sealed partial class RedisKeeper(
    RedisLink link,
    RedisBuckets buckets,
    RateLimiter limiter,
    Nudges nudges,
    TimeProvider time,
    ILogger<RedisKeeper> logger) : BackgroundService
{
    private const int RoundsBetweenProbes = 5;

    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var nudging = nudges.RunAsync(stoppingToken);
        using var timer = new PeriodicTimer(ReportEvery, time);
        try
        {
            for (var round = 0; ; round++)
            {
                await TryRoundAsync(round);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }

        await nudging.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Hints are not worth a process: whatever breaks here, the gateway goes on without them.
    private async Task TryRoundAsync(int round)
    {
        try
        {
            await RoundAsync(round);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            if (link.IsUp)
            {
                Log.RoundFailed(logger, failure);
            }

            link.Failed(failure);
        }
    }

    private async Task RoundAsync(int round)
    {
        if (link.IsUp)
        {
            await nudges.SubscribeAsync();
            await buckets.ReportAsync(limiter.Clock);
        }

        // While it answers as well: a link that nobody uses must be known to be up.
        if (round % RoundsBetweenProbes == 0)
        {
            await link.ProbeAsync();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5023, LogLevel.Error, "A round with Redis failed")]
        internal static partial void RoundFailed(ILogger logger, Exception failure);
    }
}
