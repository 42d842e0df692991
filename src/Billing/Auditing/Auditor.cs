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

    // An outage of that many rounds is no outage: nobody checks the books.
    private const int MostUnchecked = 5;

    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    private readonly LedgerAudit _audit = new(store);
    private int _unchecked;

    /// <summary>Where people see how it went.</summary>
    internal BooksAudit Board { get; init; } = new();

    /// <summary>Checks once; returns how many rows break a rule.</summary>
    internal async Task<int> RoundAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var found = await _audit.RunAsync(cancellationToken);
        Board.Note(time.GetUtcNow(), time.GetElapsedTime(start), found);
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

    /// <summary>A round, and how long to wait before the next.</summary>
    internal async Task<TimeSpan> TimedRoundAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        try
        {
            await RoundAsync(cancellationToken);
            _unchecked = 0;
        }
        catch (BillingUnavailableException error)
        {
            Report(error);
        }

        var next = time.GetElapsedTime(start) * ShareOfTime;
        return next > Least ? next : Least;
    }

    private void Report(BillingUnavailableException error)
    {
        Board.Miss();
        if (++_unchecked < MostUnchecked)
        {
            Log.NotChecked(logger, error);
        }
        else
        {
            Log.StaysUnchecked(logger, error, _unchecked);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2080, LogLevel.Critical, "The books break {Invariant}: {Subject}: {Detail}")]
        internal static partial void Violated(ILogger logger, string invariant, string subject, string detail);

        [LoggerMessage(2081, LogLevel.Warning, "The books could not be checked")]
        internal static partial void NotChecked(ILogger logger, Exception error);

        [LoggerMessage(2082, LogLevel.Critical, "The books could not be checked {Count} times in a row")]
        internal static partial void StaysUnchecked(ILogger logger, Exception error, int count);
    }
}
