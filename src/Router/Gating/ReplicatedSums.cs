namespace Gateway.Router.Gating;

/// <summary>One replica's cumulative share of one statistic. Sending it twice, late or out of order does no
/// harm.</summary>
/// <param name="Incarnation">Which run of which replica.</param>
/// <param name="Index">Which statistic.</param>
/// <param name="Generation">How often it was begun anew; only the newest counts.</param>
/// <param name="Sequence">Grows with every change of this row.</param>
/// <param name="Landmark">What the weights are relative to, see <see cref="ForwardDecay"/>.</param>
/// <param name="Sums">All of the incarnation's outcomes so far.</param>
internal readonly record struct SumRow(
    Guid Incarnation, int Index, int Generation, long Sequence, double Landmark, Sums Sums);

/// <summary>A sum of results and the weight they had.</summary>
internal readonly record struct Sums(double Result, double Weight)
{
    public static Sums operator +(Sums left, Sums right) =>
        new(left.Result + right.Result, left.Weight + right.Weight);

    public static Sums operator *(Sums sums, double factor) => new(sums.Result * factor, sums.Weight * factor);
}

/// <summary>Sums that several replicas add to without talking: each keeps its own share, the state is the sum of the
/// newest generation's shares. One thread.</summary>
/// <param name="incarnation">This run of this replica.</param>
/// <param name="decay">Whose landmark the sums are relative to.</param>
internal sealed class ReplicatedSums(Guid incarnation, ForwardDecay decay)
{
    private readonly Dictionary<(Guid Incarnation, int Index), SumRow> _others = [];
    private Sums[] _totals = [];
    private Sums[] _own = [];
    private int[] _generations = [];
    private long[] _sequences = [];
    private bool[] _changed = [];

    /// <summary>How many statistics there are.</summary>
    internal int Count { get; private set; }

    /// <summary>A statistic over all replicas, as of the landmark.</summary>
    internal Sums this[int index] => _totals[index];

    /// <summary>How often a statistic was begun anew.</summary>
    internal int Generation(int index) => _generations[index];

    /// <summary>Makes room; new statistics are zero.</summary>
    internal void Grow(int count)
    {
        if (count > _totals.Length)
        {
            var size = Math.Max(count, 2 * _totals.Length);
            Array.Resize(ref _totals, size);
            Array.Resize(ref _own, size);
            Array.Resize(ref _generations, size);
            Array.Resize(ref _sequences, size);
            Array.Resize(ref _changed, size);
        }

        Count = Math.Max(Count, count);
    }

    /// <summary>Adds an outcome seen here.</summary>
    internal void Add(int index, Sums sums)
    {
        _totals[index] += sums;
        _own[index] += sums;
        Touch(index);
    }

    /// <summary>Begins a statistic anew: nothing before counts any more, here or elsewhere.</summary>
    internal void Restart(int index, Sums sums)
    {
        _generations[index]++;
        DropOthers(index);
        _totals[index] = _own[index] = sums;
        Touch(index);
    }

    /// <summary>The rows of this replica that changed since the last call, whole.</summary>
    internal List<SumRow> TakeChanged()
    {
        var rows = new List<SumRow>();
        for (var index = 0; index < Count; index++)
        {
            if (_changed[index])
            {
                _changed[index] = false;
                rows.Add(new(
                    incarnation, index, _generations[index], _sequences[index], decay.Landmark, _own[index]));
            }
        }

        return rows;
    }

    /// <summary>Takes another incarnation's row; an older one than is known changes nothing.</summary>
    internal void Merge(SumRow row)
    {
        Grow(row.Index + 1);
        var key = (row.Incarnation, row.Index);
        var isStale = _others.TryGetValue(key, out var known) && known.Sequence >= row.Sequence;
        if (isStale || row.Incarnation == incarnation || row.Generation < _generations[row.Index])
        {
            return;
        }

        if (row.Generation > _generations[row.Index])
        {
            Adopt(row.Index, row.Generation);
            known = default;
        }

        row = row with { Sums = row.Sums * decay.Factor(row.Landmark), Landmark = decay.Landmark };
        _others[key] = row;
        _totals[row.Index] += row.Sums + (known.Sums * -1);
    }

    /// <summary>Leaves only what was seen here.</summary>
    internal void ForgetOthers()
    {
        _others.Clear();
        _own.AsSpan(0, Count).CopyTo(_totals);
    }

    /// <summary>Multiplies everything, after the landmark moved.</summary>
    internal void Scale(double factor)
    {
        for (var index = 0; index < Count; index++)
        {
            _totals[index] *= factor;
            _own[index] *= factor;
        }

        foreach (var (key, row) in _others.ToArray())
        {
            _others[key] = row with { Sums = row.Sums * factor, Landmark = decay.Landmark };
        }
    }

    private void Touch(int index)
    {
        _sequences[index]++;
        _changed[index] = true;
    }

    private void Adopt(int index, int generation)
    {
        _generations[index] = generation;
        DropOthers(index);
        _totals[index] = _own[index] = default;
        Touch(index);
    }

    private void DropOthers(int index)
    {
        foreach (var key in _others.Keys.Where(key => key.Index == index).ToArray())
        {
            _others.Remove(key);
        }
    }
}
