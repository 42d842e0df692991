using Gateway.Router.Tasks;

namespace Gateway.Router.Gating.Fitting;

/// <summary>How strongly the two residuals count. Both zero is exactly the models' means.</summary>
/// <param name="Cluster">Of the cluster tables.</param>
/// <param name="Ridge">Of the ridge regression.</param>
internal readonly record struct Strength(float Cluster, float Ridge);

/// <summary>What a prompt changes about the order of the models, fitted on rows that several models answered.
/// Immutable; predicting allocates nothing.</summary>
internal sealed class Lens
{
    private readonly TaskClusters[] _bag;
    private readonly ClusterTable[] _tables;
    private readonly float[] _ridge;
    private readonly float[] _means;

    internal Lens(TaskClusters[] bag, ClusterTable[] tables, float[] ridge, float[] means, int models)
    {
        _bag = bag;
        _tables = tables;
        _ridge = ridge;
        _means = means;
        Models = models;
        for (var model = 1; model < models; model++)
        {
            Incumbent = means[model] > means[Incumbent] ? model : Incumbent;
        }
    }

    /// <summary>How many models it knows.</summary>
    internal int Models { get; }

    /// <summary>Length of the predictions: models, rounded up to whole vectors.</summary>
    internal int Stride => _means.Length;

    /// <summary>The best model by its mean: pi0.</summary>
    internal int Incumbent { get; }

    /// <summary>The weights of the buckets it was fitted with.</summary>
    internal float[] Idf => _bag[0].Idf;

    /// <summary>The strength that passed the switch: zero when nothing did.</summary>
    internal Strength Adopted { get; init; }

    /// <summary>The strength with the least squared error: what a price is weighed against.</summary>
    internal Strength Calibrated { get; init; }

    /// <summary>The lower bound of the calibrated strength's gain, by cross-fitting.</summary>
    internal double Bound { get; init; }

    /// <summary>A model's mean over all rows.</summary>
    internal float Mean(int model) => _means[model];

    /// <summary>Expected score of each model for one prompt.</summary>
    /// <param name="features">Counted and weighed by <see cref="Idf"/>.</param>
    /// <param name="strength">How far the prompt may move the means.</param>
    /// <param name="scores">At least <see cref="Stride"/> long.</param>
    internal void Predict(FeatureBuffer features, Strength strength, Span<float> scores)
    {
        _means.CopyTo(scores);
        var values = scores[..Stride];
        if (strength.Cluster > 0)
        {
            for (var i = 0; i < _bag.Length; i++)
            {
                var mix = _bag[i].Mix(features.Indices, features.Weights);
                _tables[i].AddTo(values, mix, strength.Cluster / _bag.Length);
            }
        }

        for (var i = 0; strength.Ridge > 0 && i < features.Count; i++)
        {
            RidgeFit.AddScaled(
                values, _ridge.AsSpan(features.Indices[i] * Stride, Stride), features.Weights[i] * strength.Ridge);
        }
    }
}
