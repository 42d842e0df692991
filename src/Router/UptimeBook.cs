using Gateway.Router.Storage;

namespace Gateway.Router;

/// <summary>How often things were seen to work, by the hour, for 90 days: counted in memory, added to the store now and
/// then, and read from memory. Safe for any thread.</summary>
public sealed class UptimeBook
{
    /// <summary>How many days are kept.</summary>
    public const int Days = 90;

    private const int HoursADay = 24;

    // Replicas write within a minute, or when their store is back; what is older is read at the start only.
    private const int DaysReadAgain = 2;

    private readonly RouterStore? _store;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Kind, string Name, long Hour), (long Good, long Bad)> _unwritten = [];
    private Dictionary<(string Kind, string Name), List<UptimeLine>> _written = [];
    private bool _isRead;

    internal UptimeBook(RouterStore? store, TimeProvider time) => (_store, _time) = (store, time);

    /// <summary>Counts one look at something.</summary>
    /// <param name="kind">What kind of thing it is.</param>
    /// <param name="name">Which one.</param>
    /// <param name="isGood">Whether it worked.</param>
    /// <param name="byDay">Whether a count for each day is enough.</param>
    public void Note(string kind, string name, bool isGood, bool byDay = false)
    {
        var hour = Hour(_time.GetUtcNow());
        var key = (kind, name, byDay ? hour / HoursADay * HoursADay : hour);
        lock (_gate)
        {
            var (good, bad) = _unwritten.GetValueOrDefault(key);
            _unwritten[key] = isGood ? (good + 1, bad) : (good, bad + 1);
        }
    }

    /// <summary>What was counted of something, hour by hour, the oldest first; hours without a look are not there.
    /// </summary>
    public IReadOnlyList<UptimeLine> Of(string kind, string name)
    {
        lock (_gate)
        {
            var fresh = _unwritten.Where(one => one.Key.Kind == kind && one.Key.Name == name)
                .Select(one => new UptimeLine(kind, name, one.Key.Hour, one.Value.Good, one.Value.Bad));
            return
            [
                .. _written.GetValueOrDefault((kind, name), []).Concat(fresh).GroupBy(line => line.Hour)
                    .Select(same => new UptimeLine(
                        kind, name, same.Key, same.Sum(line => line.Good), same.Sum(line => line.Bad)))
                    .OrderBy(line => line.Hour),
            ];
        }
    }

    /// <summary>Everything of a kind that was ever counted in the time that is kept.</summary>
    public IReadOnlyList<string> NamesOf(string kind)
    {
        lock (_gate)
        {
            return [.. _written.Keys.Concat(_unwritten.Keys.Select(key => (key.Kind, key.Name)))
                .Where(key => key.Kind == kind).Select(key => key.Name).Distinct().Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>The share of looks since a moment at which it worked, 0 to 1; null when there were none.</summary>
    public double? ShareOf(string kind, string name, TimeSpan span)
    {
        var since = Hour(_time.GetUtcNow() - span);
        var lines = Of(kind, name).Where(line => line.Hour >= since).ToList();
        var (good, all) = (lines.Sum(line => line.Good), lines.Sum(line => line.Good + line.Bad));
        return all > 0 ? (double)good / all : null;
    }

    /// <summary>Writes what was counted and reads what all replicas have; without a store it only forgets what is too
    /// old. A store that does not answer costs nothing but this round.</summary>
    /// <returns>Whether the store answered.</returns>
    public async Task<bool> ExchangeAsync(CancellationToken cancellationToken)
    {
        var oldest = Hour(_time.GetUtcNow()) - (Days * HoursADay);
        var since = _isRead ? oldest + ((Days - DaysReadAgain) * HoursADay) : oldest;
        if (_store is null)
        {
            Forget(oldest);
            return true;
        }

        var lines = Take();
        try
        {
            var read = await _store.RunAsync(
                async session =>
                {
                    await UptimeSql.ForgetAsync(session, oldest);
                    await UptimeSql.AddAsync(session, lines);
                    return await UptimeSql.ReadAsync(session, since);
                },
                cancellationToken);
            lock (_gate)
            {
                _written = _written.Values.SelectMany(all => all)
                    .Where(line => line.Hour >= oldest && line.Hour < since).Concat(read)
                    .GroupBy(line => (line.Kind, line.Name))
                    .ToDictionary(group => group.Key, group => group.ToList());
                (lines, _isRead) = ([], true);
            }

            return true;
        }
        catch (Exception failure) when (RouterStore.IsOutage(failure))
        {
            return false;
        }
        finally
        {
            GiveBack(lines);
        }
    }

    private List<UptimeLine> Take()
    {
        lock (_gate)
        {
            var lines = _unwritten.Select(one => new UptimeLine(
                one.Key.Kind, one.Key.Name, one.Key.Hour, one.Value.Good, one.Value.Bad)).ToList();
            _unwritten.Clear();
            return lines;
        }
    }

    private void GiveBack(List<UptimeLine> lines)
    {
        lock (_gate)
        {
            foreach (var line in lines)
            {
                var (good, bad) = _unwritten.GetValueOrDefault((line.Kind, line.Name, line.Hour));
                _unwritten[(line.Kind, line.Name, line.Hour)] = (good + line.Good, bad + line.Bad);
            }
        }
    }

    private void Forget(long oldest)
    {
        lock (_gate)
        {
            foreach (var key in _unwritten.Keys.Where(key => key.Hour < oldest).ToList())
            {
                _unwritten.Remove(key);
            }
        }
    }

    private static long Hour(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / 3600;
}

/// <summary>What was counted of something in an hour.</summary>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="Name">Which one.</param>
/// <param name="Hour">Hours since 1970, UTC; of a day its first.</param>
/// <param name="Good">Looks at which it worked.</param>
/// <param name="Bad">Looks at which it did not.</param>
public sealed record UptimeLine(string Kind, string Name, long Hour, long Good, long Bad)
{
    /// <summary>When the hour begins.</summary>
    public DateTimeOffset Start => DateTimeOffset.FromUnixTimeSeconds(Hour * 3600);
}
