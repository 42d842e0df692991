using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What a process knows of given addresses beside the books, in memory and in its log. Without a log it knows
/// nothing. Safe for concurrent use.</summary>
internal sealed class AddressMemory(IAddressLog? log)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _next = [];
    private Dictionary<(string Parent, long Place), OrgId>? _known;

    internal bool IsKept => log is not null;

    /// <summary>The first place below a parent that nobody was given as far as is known here.</summary>
    internal long NextOf(string parent)
    {
        lock (_gate)
        {
            _ = Known();
            return _next.GetValueOrDefault(parent);
        }
    }

    /// <summary>Whether a place is another's than the books say, or not in question.</summary>
    internal bool IsOthers(DepositAddress row)
    {
        lock (_gate)
        {
            return Known().TryGetValue((row.Parent, row.Place), out var org) && org != row.Org;
        }
    }

    /// <summary>All places with their owners.</summary>
    internal IReadOnlyList<GivenAddress> All()
    {
        lock (_gate)
        {
            return [.. Known().Select(one => new GivenAddress(one.Key.Parent, one.Key.Place, one.Value))];
        }
    }

    /// <summary>Returns when those of the rows that are new here are in the log. Before that nobody is shown one.
    /// </summary>
    internal void Keep(IEnumerable<DepositAddress> rows)
    {
        if (log is null)
        {
            return;
        }

        lock (_gate)
        {
            var known = Known();
            var fresh = rows.Where(row => !known.ContainsKey((row.Parent, row.Place)))
                .Select(row => new GivenAddress(row.Parent, row.Place, row.Org)).ToList();
            if (fresh.Count > 0)
            {
                log.Add(fresh);
                fresh.ForEach(one => Learn(known, one));
            }
        }
    }

    private Dictionary<(string Parent, long Place), OrgId> Known()
    {
        if (_known is null)
        {
            var known = new Dictionary<(string Parent, long Place), OrgId>();
            foreach (var one in log?.Read() ?? [])
            {
                Learn(known, one);
            }

            _known = known;
        }

        return _known;
    }

    // The first word holds: a place that was given away twice is the first one's.
    private void Learn(Dictionary<(string Parent, long Place), OrgId> known, GivenAddress one)
    {
        _ = known.TryAdd((one.Parent, one.Place), one.Org);
        _next[one.Parent] = long.Max(_next.GetValueOrDefault(one.Parent), one.Place + 1);
    }
}
