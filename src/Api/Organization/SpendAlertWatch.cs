using Gateway.Api.Access;
using Gateway.Billing;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Organization;

/// <summary>Looks whether thresholds are reached, twice a minute. What is spent is what the books have: a running
/// request counts when it has ended.</summary>
internal sealed partial class SpendAlertWatch(
    SpendAlertStore alerts, Statements statements, TimeProvider time, ILogger<SpendAlertWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>One look at all of them.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        foreach (var alert in await alerts.AllAsync(ct))
        {
            var start = (SpendLimit.ParsePeriod(alert.Period) ?? BudgetPeriod.Month).StartOf(time.GetUtcNow());
            if (alert.ToldOf != start.ToUnixTimeMilliseconds()
                && await SpentAsync(alert, start, ct) is var spent && spent.Value >= alert.Nusd)
            {
                await alerts.ReachAsync(alert, start, spent);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
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

    private async Task<NanoUsd> SpentAsync(SpendAlertRow alert, DateTimeOffset start, CancellationToken ct)
    {
        var tomorrow = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        var query = new UsageQuery(start, tomorrow, UsageBucket.Day, UsageGroups.None)
        {
            Projects = alert.Project is { } project ? [new ProjectId(project).ToString()] : [],
        };
        var lines = await statements.UsageAsync(new(alert.Org), query, ct);
        return lines.Aggregate(NanoUsd.Zero, (sum, line) => sum + line.Totals.Charge);
    }

    private static partial class Log
    {
        [LoggerMessage(5712, LogLevel.Warning, "Spend alerts wait for the store ({Failure})")]
        public static partial void Waiting(ILogger logger, string failure);
    }
}
