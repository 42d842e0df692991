using Gateway.Api.Access;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Webhooks;

/// <summary>Collects what happened and sends what is due, beside the requests. Several processes may run it: each
/// delivery is sent by one of them.</summary>
internal sealed partial class WebhookLoop(
    WebhookOutbox outbox, WebhookQueue queue, WebhookSender sender, TimeProvider time, ILogger<WebhookLoop> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RemoveEvery = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var removed = time.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await outbox.CollectAsync(stoppingToken);
                await SendAllAsync(stoppingToken);
                if (time.GetElapsedTime(removed) > RemoveEvery)
                {
                    removed = time.GetTimestamp();
                    await queue.RemoveOldAsync(stoppingToken);
                }
            }
            catch (Exception failure) when (failure is DbUpdateException || StoreFault.Is(failure))
            {
                Log.Waiting(logger, failure.GetBaseException().GetType().Name);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A receiver that takes its five seconds holds up nobody but those who come after seven others like it.
    private async Task SendAllAsync(CancellationToken stopping)
    {
        const int AtOnce = 8;
        while (await queue.DueAsync(stopping) is { Count: > 0 } due && !stopping.IsCancellationRequested)
        {
            await Parallel.ForEachAsync(
                due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping },
                async (one, ct) => await sender.SendAsync(one, ct));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5711, LogLevel.Warning, "Webhooks wait for the store ({Failure})")]
        public static partial void Waiting(ILogger logger, string failure);
    }
}
