using Gateway.Router.Tasks;

namespace Gateway.Router.Gating.Fitting;

/// <summary>How far each model is from its own mean in each cluster of one clustering, shrunk towards zero as if 20
/// more prompts had shown nothing.</summary>
internal sealed class ClusterTable
{
    // The shrinkage of routing's design table: a cluster must show 20 prompts to be half believed.
    private const float ShrinkRows = 20;

    private readonly int _stride;
    private readonly float[] _sums;
    private readonly float[] _rows;

    private ClusterTable(int stride)
    {
        _stride = stride;
        _sums = new float[TaskClusters.Most * stride];
        _rows = new float[TaskClusters.Most];
    }

    /// <summary>Adds up centred scores by cluster.</summary>
    /// <param name="mixes">Each row's mix.</param>
    /// <param name="centred">Scores less their means, <c>[rows, stride]</c>.</param>
    /// <param name="used">Whether each row takes part.</param>
    /// <param name="stride">The row length of <paramref name="centred"/>.</param>
    internal static ClusterTable Fit(TaskMix[] mixes, float[] centred, bool[] used, int stride)
    {
        var table = new ClusterTable(stride);
        for (var row = 0; row < mixes.Length; row++)
        {
            for (var part = 0; used[row] && part < mixes[row].Count; part++)
            {
                var cluster = mixes[row].Cluster(part);
                table._rows[cluster] += mixes[row].Weight(part);
                RidgeFit.AddScaled(
                    table._sums.AsSpan(cluster * stride, stride), centred.AsSpan(row * stride, stride),
                    mixes[row].Weight(part));
            }
        }

        for (var cluster = 0; cluster < TaskClusters.Most; cluster++)
        {
            foreach (ref var sum in table._sums.AsSpan(cluster * stride, stride))
            {
                sum /= table._rows[cluster] + ShrinkRows;
            }
        }

        return table;
    }

    /// <summary>Adds the mix's deviations to each model's value.</summary>
    internal void AddTo(Span<float> values, in TaskMix mix, float scale)
    {
        for (var part = 0; part < mix.Count; part++)
        {
            RidgeFit.AddScaled(values, _sums.AsSpan(mix.Cluster(part) * _stride, _stride), mix.Weight(part) * scale);
        }
    }
}
