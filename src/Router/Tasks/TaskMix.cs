using System.Runtime.CompilerServices;

namespace Gateway.Router.Tasks;

/// <summary>Cluster numbers of a <see cref="TaskMix"/>.</summary>
[InlineArray(TaskMix.Parts)]
internal struct MixClusters
{
    private int _first;
}

/// <summary>Weights of a <see cref="TaskMix"/>.</summary>
[InlineArray(TaskMix.Parts)]
internal struct MixWeights
{
    private float _first;
}

/// <summary>What kinds of work a prompt is: up to four clusters with weights that sum to 1. No clusters at all means
/// the average of everything seen.</summary>
internal struct TaskMix
{
    /// <summary>The most clusters that share a prompt.</summary>
    internal const int Parts = 4;

    private MixClusters _clusters;
    private MixWeights _weights;

    /// <summary>Nothing is known of the prompt.</summary>
    internal static TaskMix Average => default;

    /// <summary>How many clusters share it; 0 is the average.</summary>
    internal int Count { get; private set; }

    /// <summary>The number of a cluster in the mix.</summary>
    internal readonly int Cluster(int part) => _clusters[part];

    /// <summary>The weight of a cluster in the mix, 0 to 1.</summary>
    internal readonly float Weight(int part) => _weights[part];

    /// <summary>All work of one kind.</summary>
    internal static TaskMix Of(int cluster)
    {
        var mix = default(TaskMix);
        mix.Add(cluster, 1);
        return mix;
    }

    /// <summary>Adds a cluster with a raw weight above 0; <see cref="Normalize"/> comes last.</summary>
    internal void Add(int cluster, float weight)
    {
        _clusters[Count] = cluster;
        _weights[Count] = weight;
        Count++;
    }

    /// <summary>Makes the weights sum to 1.</summary>
    internal void Normalize()
    {
        var sum = 0f;
        for (var i = 0; i < Count; i++)
        {
            sum += _weights[i];
        }

        for (var i = 0; i < Count; i++)
        {
            _weights[i] /= sum;
        }
    }
}
