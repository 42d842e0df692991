using System.Collections.Concurrent;

namespace Gateway.Router.Learning;

/// <summary>How many failures of one organisation's requests teach that a miner does not answer: so many a day, and
/// then its successes with this miner teach nothing either, since what is left of them would praise it. Safe for any
/// thread.</summary>
internal sealed class FailureBudget(TimeProvider time)
{
    /// <summary>Failures that are learned, for an organisation, a miner and a day.</summary>
    internal const int MostFailures = 12;

    private const int MostKept = 65_536;
    private const int SecondsOfDay = 86_400;

    private readonly ConcurrentDictionary<(Guid Org, int Miner), Spent> _spent = new();

    private readonly record struct Spent(long Day, int Failures);

    /// <summary>Whether an attempt teaches anything; counts it if it failed.</summary>
    /// <param name="org">For whom it was; empty: for ourselves, without a bound.</param>
    /// <param name="miner">The miner's number in the book.</param>
    /// <param name="hasAnswered">What came of it.</param>
    internal bool MayTeach(Guid org, int miner, bool hasAnswered)
    {
        if (org == Guid.Empty || (hasAnswered && _spent.IsEmpty))
        {
            return true;
        }

        var today = time.GetUtcNow().ToUnixTimeSeconds() / SecondsOfDay;
        var before = _spent.GetValueOrDefault((org, miner));
        var failures = before.Day == today ? before.Failures : 0;
        if (hasAnswered || failures >= MostFailures)
        {
            return failures < MostFailures;
        }

        if (_spent.Count > MostKept)
        {
            _spent.Clear();
        }

        _spent.AddOrUpdate(
            (org, miner), new Spent(today, 1),
            (_, old) => new(today, old.Day == today ? old.Failures + 1 : 1));
        return true;
    }
}
