using System.Collections.Concurrent;
using Gateway.Api.Access;
using Gateway.Core;

namespace Gateway.Api.Limits;

/// <summary>Keys whose callers often leave before they get anything. Such a call is free, and has cost an expert all
/// the same; so a key of which more than a fifth of an hour's calls ended like that has few places until the share has
/// fallen. Counted by each replica for itself, for every key of one line together. Safe for any thread.</summary>
internal sealed class CancelWatch(TimeProvider time)
{
    /// <summary>Calls at the same time that such a key has left.</summary>
    public const long Places = 2;

    /// <summary>Of fewer calls in an hour no share is told.</summary>
    public const int LeastCalls = 50;

    // One in so many is too often.
    private const int Share = 5;

    // Beyond it whoever was not heard of longest is forgotten.
    private const int MostKeys = 16_384;

    private readonly ConcurrentDictionary<KeyId, Hour> _hours = new();

    /// <summary>Notes how a call ended.</summary>
    /// <param name="line">The first key of the caller's line.</param>
    /// <param name="isCancelled">Whether he left before he was given anything.</param>
    public void Note(KeyId line, bool isCancelled)
    {
        if (_hours.Count >= MostKeys)
        {
            Forget();
        }

        _hours.GetOrAdd(line, static _ => new()).Note(Minute(), isCancelled);
    }

    /// <summary>The rules for a call, with fewer places where its key cancels too often.</summary>
    public LimitRule[] Restrict(Caller caller, LimitRule[] rules)
    {
        if (!_hours.TryGetValue(caller.Line, out var hour) || !hour.IsTooOften(Minute()))
        {
            return rules;
        }

        var own = Array.Find(rules, static rule => rule.Scope == LimitScope.Key && rule.Key.Model.Length == 0);
        var quota = own?.Quota ?? default;
        var fewer = quota with { Concurrent = Math.Min(quota.Concurrent ?? Places, Places) };
        var key = own ?? new LimitRule(
            LimitScope.Key, new(caller.Line.Value, ""), caller.Key.ToString(), default);
        return [key with { Quota = fewer }, .. rules.Where(rule => !ReferenceEquals(rule, own))];
    }

    private long Minute() => time.GetUtcNow().ToUnixTimeSeconds() / 60;

    private void Forget()
    {
        foreach (var (line, _) in _hours.OrderBy(static pair => pair.Value.Last).Take(MostKeys / 8))
        {
            _hours.TryRemove(line, out _);
        }
    }

    /// <summary>A key's calls in the last hour, in cells of five minutes.</summary>
    private sealed class Hour
    {
        private const int Cells = 12;
        private const int CellMinutes = 5;

        private readonly Lock _gate = new();
        private readonly (int Calls, int Cancelled)[] _cells = new (int, int)[Cells];
        private long _cell;

        public long Last => Volatile.Read(ref _cell);

        public void Note(long minute, bool isCancelled)
        {
            lock (_gate)
            {
                Advance(minute / CellMinutes);
                ref var cell = ref _cells[_cell % Cells];
                cell = (cell.Calls + 1, cell.Cancelled + (isCancelled ? 1 : 0));
            }
        }

        public bool IsTooOften(long minute)
        {
            lock (_gate)
            {
                Advance(minute / CellMinutes);
                var (calls, cancelled) = (0L, 0L);
                foreach (var cell in _cells)
                {
                    (calls, cancelled) = (calls + cell.Calls, cancelled + cell.Cancelled);
                }

                return calls >= LeastCalls && cancelled * Share > calls;
            }
        }

        // A clock that was set back fills the newest cell.
        private void Advance(long cell)
        {
            for (var passed = Math.Min(Cells, cell - _cell); passed > 0; passed--)
            {
                _cells[(cell - passed + 1) % Cells] = default;
            }

            _cell = Math.Max(_cell, cell);
        }
    }
}
