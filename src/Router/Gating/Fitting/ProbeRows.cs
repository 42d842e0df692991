using System.Numerics;
using Gateway.Router.Tasks;

namespace Gateway.Router.Gating.Fitting;

/// <summary>Prompts that several models answered: probes, or a matrix. What the lens is fitted on.</summary>
internal sealed class ProbeRows
{
    private readonly List<float> _scores = [];

    /// <param name="models">How many models, in a fixed order; at least 1.</param>
    /// <param name="idf">The weights of the buckets.</param>
    internal ProbeRows(int models, float[] idf)
    {
        Models = models;
        Idf = idf;
        Stride = StrideOf(models);
    }

    /// <summary>How many models.</summary>
    internal int Models { get; }

    /// <summary>Models, rounded up to whole vectors.</summary>
    internal int Stride { get; }

    /// <summary>The weights of the buckets.</summary>
    internal float[] Idf { get; }

    /// <summary>How many prompts.</summary>
    internal int Count => Features.Rows;

    /// <summary>The prompts' features.</summary>
    internal FeatureMatrix Features { get; } = new();

    /// <summary>Adds a prompt.</summary>
    /// <param name="features">Counted and weighed.</param>
    /// <param name="scores">0 to 1 per model; whatever is not a number in that range counts as 0.</param>
    internal void Add(FeatureBuffer features, ReadOnlySpan<float> scores)
    {
        Features.Add(features);
        for (var model = 0; model < Stride; model++)
        {
            _scores.Add(model < Models && scores[model] is >= 0 and <= 1 ? scores[model] : 0);
        }
    }

    /// <summary>A row's scores, padded with zeros to <see cref="Stride"/>.</summary>
    internal ReadOnlySpan<float> Scores(int row) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_scores).Slice(row * Stride, Stride);

    /// <summary>Rounds a number of models up to whole vectors.</summary>
    internal static int StrideOf(int models) =>
        (models + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
}
