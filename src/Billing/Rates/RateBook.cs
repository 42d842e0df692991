using Gateway.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>TAO's price over time. A sample is the median of three sources or more, at least two of them fresh and
/// within 3 %; one that jumped by more than 15 % in 10 minutes waits for a person. A fixed rate, where it is set,
/// replaces all of this. All members throw <see cref="BillingUnavailableException"/> when the books cannot be
/// reached.</summary>
public sealed partial class RateBook
{
    /// <summary>A median needs so many sources.</summary>
    public const int LeastSources = RateRule.MinSources;

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    private readonly ILedgerStore _store;
    private readonly IReadOnlyList<IRateSource> _sources;
    private readonly FxRate? _fixed;
    private readonly TimeProvider _time;
    private readonly ILogger<RateBook> _logger;
    private string _lastReason = "";

    internal RateBook(
        ILedgerStore store,
        IEnumerable<IRateSource> sources,
        BillingOptions options,
        TimeProvider time,
        ILogger<RateBook> logger)
    {
        _store = store;
        _sources = [.. sources];
        _fixed = options.FixedRate;
        _time = time;
        _logger = logger;
    }

    /// <summary>Whether the price is the operator's fixed one.</summary>
    public bool IsFixed => _fixed is not null;

    /// <summary>The price that a deposit of now would get; null when there is no sample of the last 10 minutes, or the
    /// newest one waits for a person.</summary>
    public async Task<FxRate?> CurrentAsync(CancellationToken cancellationToken) => _fixed ?? (await _store.ReadAsync(
        async session => await RateSql.FindAsync(session, await session.NowAsync()), cancellationToken))?.Rate;

    /// <summary>Samples that jumped and wait for a person, newest first.</summary>
    public async Task<IReadOnlyList<HeldRate>> HeldAsync(CancellationToken cancellationToken) =>
        [.. (await _store.ReadAsync(RateSql.WaitingAsync, cancellationToken)).Select(sample => new HeldRate(
            sample.Id, sample.Rate, DateTimeOffset.FromUnixTimeMilliseconds(sample.At)))];

    /// <summary>A person's word that a jump is real: the sample is used from now on, also for deposits that wait.
    /// </summary>
    /// <returns>False when that sample does not wait.</returns>
    /// <exception cref="ArgumentException">No person or no reason.</exception>
    public Task<bool> ReleaseAsync(long sample, string person, string because, CancellationToken cancellationToken) =>
        _store.WriteAsync(session => RateSql.ReleaseAsync(session, sample, person, because), cancellationToken);

    /// <summary>One round: asks all sources at once and stores what they are worth, unless another replica did so
    /// less than <paramref name="spacing"/> ago.</summary>
    internal async Task<RateVerdict?> SampleAsync(TimeSpan spacing, CancellationToken cancellationToken)
    {
        var sights = _fixed is { } rate
            ? [FixedRateSource.Sight(rate, _time.GetUtcNow().ToUnixTimeMilliseconds())]
            : await ObserveAsync(cancellationToken);
        var verdict = await _store.WriteAsync(
            session => RateSql.SampleAsync(
                session,
                spacing.Ticks / TimeSpan.TicksPerMillisecond,
                (now, memory) => _fixed is { } given
                    ? new RateVerdict.Usable(given)
                    : RateRule.Judge(_sources.Count, sights, now, memory),
                RateSql.Describe(sights)),
            cancellationToken);
        Report(verdict);
        return verdict;
    }

    private async Task<RateSight[]> ObserveAsync(CancellationToken cancellationToken)
    {
        var sights = await Task.WhenAll(_sources.Select(source => ObserveAsync(source, cancellationToken)));
        return [.. sights.OfType<RateSight>()];
    }

    private async Task<RateSight?> ObserveAsync(IRateSource source, CancellationToken cancellationToken)
    {
        try
        {
            var seen = await source.ReadAsync(cancellationToken).WaitAsync(ReadTimeout, _time, cancellationToken);
            return new(source.Name, seen.Rate, seen.At.ToUnixTimeMilliseconds());
        }
        catch (Exception failure) when (
            failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.SourceFailed(_logger, failure, source.Name);
            return null;
        }
    }

    private void Report(RateVerdict? verdict)
    {
        if (verdict is RateVerdict.Held held)
        {
            Log.Jumped(_logger, held.Rate.ToUsdPerTao());
        }
        else if (verdict is RateVerdict.None none && Interlocked.Exchange(ref _lastReason, none.Reason) != none.Reason)
        {
            Log.NoSample(_logger, none.Reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2060, LogLevel.Warning, "The rate source {Source} said nothing")]
        internal static partial void SourceFailed(ILogger logger, Exception error, string source);

        [LoggerMessage(2061, LogLevel.Critical,
            "TAO's price jumped to {Rate} USD: it waits for a person, and so do deposits")]
        internal static partial void Jumped(ILogger logger, string rate);

        [LoggerMessage(2062, LogLevel.Error, "No sample of TAO's price, said once: {Reason}")]
        internal static partial void NoSample(ILogger logger, string reason);
    }
}
