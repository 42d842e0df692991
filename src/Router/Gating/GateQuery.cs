using Gateway.Router.Tasks;

namespace Gateway.Router.Gating;

/// <summary>What a point of quality is worth against time, money and crowding.</summary>
/// <param name="Time">L_t, points per second.</param>
/// <param name="Cost">L_c, points per USD.</param>
/// <param name="Load">L_q, points per full miner.</param>
internal readonly record struct Tradeoff(float Time, float Cost, float Load)
{
    /// <summary>When an organisation has set nothing.</summary>
    internal static Tradeoff Usual => new(0.005f, 1, 0.02f);

    /// <summary>Quality alone.</summary>
    internal static Tradeoff QualityOnly => default;
}

/// <summary>One request, as the gate sees it.</summary>
/// <param name="Seed">Follows from the request id: the same seed and snapshot give the same decision.</param>
/// <param name="Mix">Its kinds of work.</param>
/// <param name="Tradeoff">What counts.</param>
/// <param name="TokensIn">Expected input tokens.</param>
/// <param name="TokensOut">Expected output tokens.</param>
/// <param name="MayExplore">Whether an unknown miner may be tried on it.</param>
internal readonly record struct GateQuery(
    ulong Seed, TaskMix Mix, Tradeoff Tradeoff, float TokensIn, float TokensOut, bool MayExplore)
{
    /// <summary>Whether the draw is left out: the greedy choice.</summary>
    internal bool IsQuiet { get; init; }
}

/// <summary>The state of now, by slot; read once for each decision.</summary>
/// <param name="Bars">0, negative infinity for a miner that must not be asked (busy, ejected, filtered), or what is
/// taken off its score for now.</param>
/// <param name="Seconds">Expected seconds to the first token.</param>
/// <param name="Loads">Requests in flight over the limit.</param>
internal readonly record struct LiveView(float[] Bars, float[] Seconds, float[] Loads)
{
    /// <summary>Expected seconds for each further token.</summary>
    internal float[] Paces { get; init; } = new float[Bars.Length];

    /// <summary>Everybody is free and equally fast.</summary>
    internal static LiveView Idle(int slots) => new(new float[slots], new float[slots], new float[slots]);
}
