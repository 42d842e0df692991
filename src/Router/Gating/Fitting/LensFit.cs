using Gateway.Router.Tasks;

namespace Gateway.Router.Gating.Fitting;

/// <summary>Fits a lens and decides by cross-fitting how strongly it may act. Several clusterings are averaged, since
/// one alone cuts the prompts at places of chance.</summary>
internal sealed class LensFit
{
    /// <summary>Clusterings that are averaged.</summary>
    internal const int Clusterings = 4;

    // In rows: a feature must be seen on about ten prompts to count for half.
    private const float Lambda = 10;

    private readonly ProbeRows _rows;
    private readonly TaskClusters[] _bag;
    private readonly TaskMix[][] _mixes;
    private readonly RidgeFit _ridge;

    private LensFit(ProbeRows rows, ulong key)
    {
        _rows = rows;
        _bag = [.. Enumerable.Range(0, Clusterings)
            .Select(i => ClusterFit.Fit(rows.Features, rows.Idf, KeyedRandom.Mix(key + (ulong)i)))];
        _mixes = Array.ConvertAll(_bag, MixesOf);
        _ridge = new(rows.Features, rows.Stride);
    }

    /// <summary>Fits on all rows; the same rows and key give the same lens.</summary>
    /// <param name="rows">At least one.</param>
    /// <param name="key">Seeds the clusterings and the folds.</param>
    internal static Lens Fit(ProbeRows rows, ulong key)
    {
        var fit = new LensFit(rows, key);
        var cross = CrossFit.Run(fit, rows, key);
        var all = new bool[rows.Count];
        Array.Fill(all, true);
        var (means, tables, ridge) = fit.Parts(all);
        return new(fit._bag, tables, ridge, means, rows.Models)
        {
            Adopted = cross.Adopted,
            Calibrated = cross.Calibrated,
            Bound = cross.Bound,
        };
    }

    /// <summary>What the rows that are not used would be told, without strength.</summary>
    internal (float[] Means, float[] Cluster, float[] Ridge) HeldOut(bool[] used)
    {
        var (means, tables, ridge) = Parts(used);
        var cluster = new float[_rows.Count * _rows.Stride];
        for (var row = 0; row < _rows.Count; row++)
        {
            for (var i = 0; i < tables.Length; i++)
            {
                tables[i].AddTo(
                    cluster.AsSpan(row * _rows.Stride, _rows.Stride), _mixes[i][row], 1f / tables.Length);
            }
        }

        return (means, cluster, _ridge.Predict(ridge));
    }

    private (float[] Means, ClusterTable[] Tables, float[] Ridge) Parts(bool[] used)
    {
        var means = Means(used);
        var centred = Centred(means);
        var tables = Array.ConvertAll(_mixes, mixes => ClusterTable.Fit(mixes, centred, used, _rows.Stride));
        return (means, tables, _ridge.Fit(used, centred, Lambda));
    }

    private TaskMix[] MixesOf(TaskClusters clusters)
    {
        var mixes = new TaskMix[_rows.Count];
        for (var row = 0; row < mixes.Length; row++)
        {
            var range = _rows.Features.Row(row);
            mixes[row] = clusters.Mix(_rows.Features.AllIndices[range], _rows.Features.AllWeights[range]);
        }

        return mixes;
    }

    private float[] Means(bool[] used)
    {
        var means = new float[_rows.Stride];
        var count = Math.Max(1, used.Count(static isUsed => isUsed));
        for (var row = 0; row < _rows.Count; row++)
        {
            if (used[row])
            {
                RidgeFit.AddScaled(means, _rows.Scores(row), 1f / count);
            }
        }

        return means;
    }

    private float[] Centred(float[] means)
    {
        var centred = new float[_rows.Count * _rows.Stride];
        for (var row = 0; row < _rows.Count; row++)
        {
            var target = centred.AsSpan(row * _rows.Stride, _rows.Stride);
            _rows.Scores(row).CopyTo(target);
            RidgeFit.AddScaled(target, means, -1);
        }

        return centred;
    }
}
