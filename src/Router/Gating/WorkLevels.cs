using Gateway.Router.Tasks;

namespace Gateway.Router.Gating;

/// <summary>Tells apart what a model can do and how hard the work is that it was asked to do: a result is the model's
/// level plus the ease of the work. Without this, whoever is asked for the hard work alone looks weak, and is asked for
/// nothing else any more.</summary>
internal sealed class WorkLevels
{
    // Each sweep fits one half to the other; the third changes little more.
    private const int Sweeps = 3;

    // Outcomes that "as easy as any" weighs.
    private const double EaseShrink = 10;

    private readonly CapabilityTable _table;
    private readonly double _scale;
    private readonly double[] _levels;
    private readonly double[] _ease;

    private WorkLevels(CapabilityTable table, int clusters, double scale)
    {
        (_table, _scale) = (table, scale);
        _levels = new double[table.Models];
        _ease = new double[clusters];
    }

    /// <summary>Fits both.</summary>
    /// <param name="table">What came of all work.</param>
    /// <param name="clusters">How many kinds of work there are.</param>
    /// <param name="scale">The weight of now, see <see cref="ForwardDecay.At"/>.</param>
    internal static WorkLevels Of(CapabilityTable table, int clusters, double scale)
    {
        var fitted = new WorkLevels(table, clusters, scale);
        fitted.SetLevels();
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            fitted.SetEase();
            fitted.SetLevels();
        }

        return fitted;
    }

    /// <summary>What a model reaches on average work.</summary>
    internal double Level(int model) => _levels[model];

    /// <summary>What to expect of a model on a kind of work before it was tried there, 0 to 1.</summary>
    internal double Expected(int model, int cluster) => Math.Clamp(_levels[model] + _ease[cluster], 0, 1);

    private void SetLevels()
    {
        for (var model = 0; model < _levels.Length; model++)
        {
            var ease = 0.0;
            for (var cluster = 0; cluster < _ease.Length; cluster++)
            {
                ease += _ease[cluster] * Own(model, cluster).Weight;
            }

            _levels[model] = _table.Mean(model, ease, _scale);
        }
    }

    // Around nought over all the work there was; work that nobody did is as easy as any.
    private void SetEase()
    {
        var (sum, weight) = (0.0, 0.0);
        Span<double> weights = stackalloc double[TaskClusters.Most];
        for (var cluster = 0; cluster < _ease.Length; cluster++)
        {
            var left = 0.0;
            for (var model = 0; model < _levels.Length; model++)
            {
                var own = Own(model, cluster);
                left += own.Result - (_levels[model] * own.Weight);
                weights[cluster] += own.Weight;
            }

            _ease[cluster] = left / (weights[cluster] + EaseShrink);
            (sum, weight) = (sum + (weights[cluster] * _ease[cluster]), weight + weights[cluster]);
        }

        for (var cluster = 0; cluster < _ease.Length; cluster++)
        {
            _ease[cluster] -= weights[cluster] > 0 ? sum / weight : _ease[cluster];
        }
    }

    private Sums Own(int model, int cluster) =>
        _table.ByCluster[(model * TaskClusters.Most) + cluster] * (1 / _scale);
}
