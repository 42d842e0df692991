using System.Collections.Concurrent;
using System.Globalization;

namespace Gateway.Testing.Fuzz;

/// <summary>What a fuzzer saw.</summary>
public sealed class FuzzReport
{
    private const int MaxTold = 20;

    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private long _charged;
    private int _violated;
    private int _unanswered;
    private long _slowest;

    /// <summary>How many answers had each status.</summary>
    public IReadOnlyDictionary<int, int> Statuses => _statuses;

    /// <summary>The first promises found broken: the request's number, what broke, and the request's bytes.</summary>
    public IReadOnlyCollection<string> Violations => _violations;

    /// <summary>How often a promise was found broken.</summary>
    public int Violated => _violated;

    /// <summary>The sum in 1e-9 USD of the receipts of all answers that were given.</summary>
    public long Charged => Volatile.Read(ref _charged);

    /// <summary>Spoiled messages whose connection was closed without an answer.</summary>
    public int Unanswered => _unanswered;

    /// <summary>The longest that a sender waited for all of an answer, waiting for it to be slow apart.</summary>
    public TimeSpan Slowest => TimeSpan.FromTicks(Volatile.Read(ref _slowest));

    /// <summary>Statuses with their counts, in order.</summary>
    public override string ToString() => string.Join(' ', _statuses.OrderBy(pair => pair.Key)
        .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}:{pair.Value}")));

    internal void Answered(int status, TimeSpan took)
    {
        _statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
        for (var seen = Volatile.Read(ref _slowest); took.Ticks > seen; seen = Volatile.Read(ref _slowest))
        {
            Interlocked.CompareExchange(ref _slowest, took.Ticks, seen);
        }
    }

    internal void NotAnswered() => Interlocked.Increment(ref _unanswered);

    internal void Charge(long nusd) => Interlocked.Add(ref _charged, nusd);

    internal void Violate(string what)
    {
        if (Interlocked.Increment(ref _violated) <= MaxTold)
        {
            _violations.Enqueue(what);
        }
    }
}
