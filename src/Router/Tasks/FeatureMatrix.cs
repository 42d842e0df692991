namespace Gateway.Router.Tasks;

/// <summary>The features of many prompts, row after row: what clusters and the prompt residual are fitted on.</summary>
internal sealed class FeatureMatrix
{
    private readonly List<int> _ends = [];
    private readonly List<ushort> _indices = [];
    private readonly List<float> _weights = [];

    /// <summary>How many prompts.</summary>
    internal int Rows => _ends.Count;

    /// <summary>All buckets, row after row.</summary>
    internal ReadOnlySpan<ushort> AllIndices => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_indices);

    /// <summary>All weights, row after row.</summary>
    internal ReadOnlySpan<float> AllWeights => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_weights);

    /// <summary>Copies a prompt's features as the next row.</summary>
    internal void Add(FeatureBuffer features)
    {
        _indices.AddRange(features.Indices);
        _weights.AddRange(features.Weights);
        _ends.Add(_indices.Count);
    }

    /// <summary>Where a row lies in <see cref="AllIndices"/>.</summary>
    internal Range Row(int row) => (row == 0 ? 0 : _ends[row - 1]).._ends[row];
}
