namespace Gateway.Billing;

/// <summary>A Merkle tree whose nodes also carry the sum of the leaves below them. Leaves stand in the order of their
/// hashes, so that their places tell nothing of their owners, and padding follows them up to a power of two.</summary>
internal sealed class SumTree
{
    // The lowest row first; the last row is the root alone.
    private readonly List<SumNode[]> _rows;
    private readonly int _leaves;

    private SumTree(List<SumNode[]> rows, int leaves) => (_rows, _leaves) = (rows, leaves);

    private static Comparer<SumNode> ByHash { get; } =
        Comparer<SumNode>.Create((left, right) => left.Hash.AsSpan().SequenceCompareTo(right.Hash));

    internal SumNode Root => _rows[^1][0];

    /// <summary>Steps from any leaf to the root.</summary>
    internal int Depth => _rows.Count - 1;

    /// <summary>Builds the tree; of no leaves it is one padding leaf.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A leaf is negative.</exception>
    /// <exception cref="OverflowException">The total does not fit 63 bits.</exception>
    internal static SumTree Build(IEnumerable<SumNode> leaves)
    {
        var sorted = leaves.Order(ByHash).ToList();
        var count = sorted.Count;
        while (sorted.Count == 0 || (sorted.Count & (sorted.Count - 1)) != 0)
        {
            sorted.Add(SumNode.Padding);
        }

        var rows = new List<SumNode[]> { sorted.ToArray() };
        while (rows[^1].Length > 1)
        {
            rows.Add([.. rows[^1].Chunk(2).Select(pair => SumNode.Above(pair[0], pair[1]))]);
        }

        return new(rows, count);
    }

    /// <summary>The way from one of the leaves to the root.</summary>
    /// <exception cref="ArgumentException">There is no such leaf.</exception>
    internal IReadOnlyList<SumStep> PathOf(SumNode leaf)
    {
        var place = Array.BinarySearch(_rows[0], 0, _leaves, leaf, ByHash);
        if (place < 0)
        {
            throw new ArgumentException("There is no such leaf.", nameof(leaf));
        }

        var path = new List<SumStep>(Depth);
        foreach (var row in _rows.SkipLast(1))
        {
            path.Add((place & 1) == 0 ? new(Side.Right, row[place + 1]) : new(Side.Left, row[place - 1]));
            place >>= 1;
        }

        return path;
    }
}
