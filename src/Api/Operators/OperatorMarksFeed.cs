using Gateway.Api.Access;
using Gateway.Api.Hosting;

namespace Gateway.Api.Operators;

/// <summary>Has the operator's word in memory before anything is served, and where processes share a store hears what
/// was said in another one.</summary>
internal sealed partial class OperatorMarksFeed(
    OperatorMarks marks, GatewaySettings settings, TimeProvider time, ILogger<OperatorMarksFeed> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await marks.LoadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!settings.UsesPostgres)
        {
            return;
        }

        using var timer = new PeriodicTimer(Every, time);
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

    // Without the store the last word holds.
    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await marks.LoadAsync(cancellationToken);
        }
        catch (Exception failure) when (StoreFault.Is(failure))
        {
            Log.Waiting(logger, failure.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5820, LogLevel.Debug, "The operator's word cannot be read now: {Reason}")]
        internal static partial void Waiting(ILogger logger, string reason);
    }
}
