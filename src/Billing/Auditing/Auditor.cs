using Gateway.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>Checks the books while they are used: every minute, or less often where they are so large that checking
/// would be a twentieth of the work. An organisation whose books are wrong is frozen.</summary>
internal sealed partial class Auditor(ILedgerStore store, TimeProvider time, ILogger<Auditor> logger)
    : BackgroundService
{
    private const int ShareOfTime = 20;
    private const int MostTold = 20;

    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    private readonly LedgerAudit _audit = new(store);

    /// <summary>Checks once; returns how many rows break a rule.</summary>
    internal async Task<int> RoundAsync(CancellationToken cancellationToken)
    {
        var found = await _audit.RunAsync(cancellationToken);
        foreach (var violation in found.Take(MostTold))
        {
            Log.Violated(logger, violation.Invariant, violation.Subject, violation.Detail);
        }

        foreach (var org in found.Select(violation => violation.Subject).Distinct())
        {
            if (OrgId.TryParse(org, out _))
            {
                await store.WriteAsync(session => AccountSql.FreezeAsync(session, org), cancellationToken);
            }
        }

        return found.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = Least;
        try
        {
            while (true)
            {
                await Task.Delay(wait, time, stoppingToken);
                wait = await TimedRoundAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task<TimeSpan> TimedRoundAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        try
        {
            await RoundAsync(cancellationToken);
        }
        catch (BillingUnavailableException error)
        {
            Log.NotChecked(logger, error);
        }

        var next = time.GetElapsedTime(start) * ShareOfTime;
        return next > Least ? next : Least;
    }

    private static partial class Log
    {
        [LoggerMessage(2080, LogLevel.Critical, "The books break {Invariant}: {Subject}: {Detail}")]
        internal static partial void Violated(ILogger logger, string invariant, string subject, string detail);

        [LoggerMessage(2081, LogLevel.Warning, "The books could not be checked")]
        internal static partial void NotChecked(ILogger logger, Exception error);
    }
}
