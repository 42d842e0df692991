using Gateway.Router.Load;

namespace Gateway.Router.Planning;

/// <summary>Keeps the few best experts offered: fewest failures in a row first, then least in flight, then by
/// hash.</summary>
internal sealed class Shortlist(int capacity, ulong key)
{
    private readonly (Upstream Upstream, LoadReading Load, ulong Order)[] _best =
        new (Upstream, LoadReading, ulong)[capacity];

    internal int Count { get; private set; }

    internal void Offer(Expert expert, LoadReading load)
    {
        var order = TieBreak.Order(key, expert.NameHash);
        var place = Count;
        while (place > 0 && IsBefore(load, order, _best[place - 1].Load, _best[place - 1].Order))
        {
            place--;
        }

        if (place == capacity)
        {
            return;
        }

        Count = Math.Min(Count + 1, capacity);
        for (var i = Count - 1; i > place; i--)
        {
            _best[i] = _best[i - 1];
        }

        _best[place] = (expert.Upstream, load, order);
    }

    internal IReadOnlyList<Upstream> Ranked()
    {
        var ranked = new Upstream[Count];
        for (var i = 0; i < Count; i++)
        {
            ranked[i] = _best[i].Upstream;
        }

        return ranked;
    }

    private static bool IsBefore(LoadReading left, ulong leftOrder, LoadReading right, ulong rightOrder) =>
        (left.Failures, left.InFlight, leftOrder).CompareTo((right.Failures, right.InFlight, rightOrder)) < 0;
}
