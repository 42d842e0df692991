using Gateway.Router.Tasks;

namespace Gateway.Router.Gating;

/// <summary>What decisions are made from: arrays by slot, where a slot is a miner that is there now and slots of one
/// model lie side by side. Immutable and shared by all threads.</summary>
internal sealed class GateSnapshot
{
    /// <summary>Grows with every snapshot.</summary>
    internal required long Version { get; init; }

    /// <summary>The kinds of work in force.</summary>
    internal required TaskClusters Clusters { get; init; }

    /// <summary>The spread of models' abilities that enters a draw.</summary>
    internal required float CapabilityNoise { get; init; }

    /// <summary>How firmly a cluster's score leans on its model's.</summary>
    internal required float ClusterShrink { get; init; }

    /// <summary>Share of requests that may explore and do.</summary>
    internal required float ExploreShare { get; init; }

    /// <summary>Whether scores by cluster decide, or only the models' means.</summary>
    internal required bool TrustsClusters { get; init; }

    /// <summary>What a prompt changes about the order of models, or null while nothing was fitted.</summary>
    internal FittedLens? Lens { get; init; }

    /// <summary>How many models there are.</summary>
    internal required int Models { get; init; }

    /// <summary>th, <c>[clusters + 1, models]</c>; the last row is for average work.</summary>
    internal required float[] Scores { get; init; }

    /// <summary>N, of the same shape.</summary>
    internal required float[] Weights { get; init; }

    /// <summary>The first slot of each model, and after them the number of slots.</summary>
    internal required int[] Starts { get; init; }

    /// <summary>By slot: the miner's number in the book. The same array as long as the same miners are
    /// there.</summary>
    internal required int[] Miners { get; init; }

    /// <summary>By slot: h.</summary>
    internal required float[] Integrity { get; init; }

    /// <summary>By slot: sd of h.</summary>
    internal required float[] Doubt { get; init; }

    /// <summary>By slot: what is taken off the score of a miner that is known to fail or cheat.</summary>
    internal required float[] Handicap { get; init; }

    /// <summary>By slot: USD per input token.</summary>
    internal required float[] PriceIn { get; init; }

    /// <summary>By slot: USD per output token.</summary>
    internal required float[] PriceOut { get; init; }

    /// <summary>By slot: a hash of the miner's key, that the draw is keyed by.</summary>
    internal required ulong[] Keys { get; init; }

    /// <summary>By slot: a number for the operator.</summary>
    internal required int[] Operators { get; init; }

    /// <summary>Slots of miners that are hardly known.</summary>
    internal required int[] Newcomers { get; init; }

    /// <summary>By slot: answers that somebody judged, without forgetting; empty where nobody shows them.</summary>
    internal int[] Judged { get; init; } = [];

    /// <summary>By slot: the share of attempts that were answered, NaN without any; empty likewise.</summary>
    internal float[] Answered { get; init; } = [];

    /// <summary>How many slots there are.</summary>
    internal int Count => Miners.Length;

    /// <summary>The model of a slot.</summary>
    internal int ModelOf(int slot)
    {
        var found = Array.BinarySearch(Starts, slot);
        if (found < 0)
        {
            return ~found - 1;
        }

        // Models without miners share their start with the next one.
        while (Starts[found + 1] == slot)
        {
            found++;
        }

        return found;
    }
}
