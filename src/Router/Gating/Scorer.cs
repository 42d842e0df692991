using System.Numerics;
using System.Runtime.InteropServices;
using Gateway.Router.Tasks;

namespace Gateway.Router.Gating;

/// <summary>Scores every miner of a snapshot for one request in one pass of vector instructions.</summary>
internal static class Scorer
{
    // No estimate is so sure that its draw should never lose.
    private const float LeastVariance = 1e-4f;

    /// <summary>Decides. A pure function of its arguments; allocates nothing once the scratch has grown.</summary>
    internal static GateDecision Decide(
        GateSnapshot snapshot, in GateQuery query, in LiveView live, GateScratch scratch)
    {
        scratch.Fit(snapshot.Count);
        scratch.FitModels(snapshot.Models, stride: 0);
        Capability(snapshot, query, scratch);
        Score(snapshot, query, live, scratch);
        var decision = Draw(snapshot, query, scratch);
        Explorer.Consider(ref decision, snapshot, query, live);
        decision.Expected = decision.Slot >= 0 ? scratch.Ability[decision.Slot] : 0;
        return decision;
    }

    // th and its variance for each model, spread over the model's slots.
    private static void Capability(GateSnapshot snapshot, in GateQuery query, GateScratch scratch)
    {
        var models = snapshot.Models;
        var mix = snapshot.TrustsClusters ? query.Mix : TaskMix.Average;
        for (var model = 0; model < models; model++)
        {
            var (start, end) = (snapshot.Starts[model], snapshot.Starts[model + 1]);
            if (start == end)
            {
                continue;
            }

            var (score, weight) = Estimate(snapshot, mix, model);
            score = Math.Clamp(score + scratch.Residuals[model], 0, 1);
            scratch.Ability.AsSpan(start, end - start).Fill(score);
            scratch.Variance.AsSpan(start, end - start).Fill(
                score * (1 - score) / (snapshot.ClusterShrink + weight)
                * snapshot.CapabilityNoise * snapshot.CapabilityNoise);
        }
    }

    /// <summary>th of a model for a mix, whether or not clusters are trusted.</summary>
    internal static float Score(GateSnapshot snapshot, in TaskMix mix, int model) =>
        Estimate(snapshot, mix, model).Score;

    private static (float Score, float Weight) Estimate(GateSnapshot snapshot, in TaskMix mix, int model)
    {
        if (mix.Count == 0)
        {
            var at = (SnapshotBuilder.AverageRow * snapshot.Models) + model;
            return (snapshot.Scores[at], snapshot.Weights[at]);
        }

        var (score, weight) = (0f, 0f);
        for (var part = 0; part < mix.Count; part++)
        {
            var at = (mix.Cluster(part) * snapshot.Models) + model;
            score += mix.Weight(part) * snapshot.Scores[at];
            weight += mix.Weight(part) * snapshot.Weights[at];
        }

        return (score, weight);
    }

    private static void Score(GateSnapshot snapshot, in GateQuery query, in LiveView live, GateScratch scratch)
    {
        var count = snapshot.Count;
        var whole = count - (count % Vector<float>.Count);
        for (var slot = 0; slot < whole; slot += Vector<float>.Count)
        {
            var h = new Vector<float>(snapshot.Integrity, slot);
            var th = new Vector<float>(scratch.Ability, slot);
            var doubt = th * new Vector<float>(snapshot.Doubt, slot);
            var variance = (doubt * doubt) + (h * h * new Vector<float>(scratch.Variance, slot));
            var spread = Vector.SquareRoot(Vector.Max(variance, new Vector<float>(LeastVariance)));
            var cost = (new Vector<float>(snapshot.PriceIn, slot) * query.TokensIn)
                + (new Vector<float>(snapshot.PriceOut, slot) * query.TokensOut);
            var score = (th * h) - new Vector<float>(snapshot.Handicap, slot)
                - ((new Vector<float>(live.Seconds, slot)
                    + (new Vector<float>(live.Paces, slot) * query.TokensOut)) * query.Tradeoff.Time)
                - (cost * query.Tradeoff.Cost)
                - (new Vector<float>(live.Loads, slot) * query.Tradeoff.Load)
                + new Vector<float>(live.Bars, slot);
            score.CopyTo(scratch.Scores, slot);
            spread.CopyTo(scratch.Spreads, slot);
            (score + spread).CopyTo(scratch.Highs, slot);
        }

        for (var slot = whole; slot < count; slot++)
        {
            ScoreOne(snapshot, query, live, scratch, slot);
        }
    }

    // The remainder of the last vector, by the same formula.
    private static void ScoreOne(
        GateSnapshot snapshot, in GateQuery query, in LiveView live, GateScratch scratch, int slot)
    {
        var (h, th) = (snapshot.Integrity[slot], scratch.Ability[slot]);
        var doubt = th * snapshot.Doubt[slot];
        var variance = (doubt * doubt) + (h * h * scratch.Variance[slot]);
        var spread = MathF.Sqrt(MathF.Max(variance, LeastVariance));
        var cost = (snapshot.PriceIn[slot] * query.TokensIn) + (snapshot.PriceOut[slot] * query.TokensOut);
        var score = (th * h) - snapshot.Handicap[slot]
            - ((live.Seconds[slot] + (live.Paces[slot] * query.TokensOut)) * query.Tradeoff.Time)
            - (cost * query.Tradeoff.Cost)
            - (live.Loads[slot] * query.Tradeoff.Load) + live.Bars[slot];
        scratch.Scores[slot] = score;
        scratch.Spreads[slot] = spread;
        scratch.Highs[slot] = score + spread;
    }

    private static GateDecision Draw(GateSnapshot snapshot, in GateQuery query, GateScratch scratch)
    {
        Span<int> slots = stackalloc int[GateDecision.Places];
        var found = Highest(scratch.Highs.AsSpan(0, snapshot.Count), slots, query.Seed);
        var decision = new GateDecision { Slot = -1 };
        foreach (var slot in slots[..found])
        {
            var (score, spread) = (scratch.Scores[slot], scratch.Spreads[slot]);
            var noise = query.IsQuiet ? 0 : Gaussian.Draw(query.Seed, snapshot.Keys[slot]);
            decision.Add(new(slot, score, spread, score + (spread * noise)));
        }

        decision.Slot = found > 0 ? decision[0].Slot : -1;
        return decision;
    }

    // A comparison with NaN is false, and nothing reaches below the lowest number: neither is ever shortlisted. Each
    // request begins elsewhere, since of equals the first found stay: otherwise the last of them would never serve.
    private static int Highest(ReadOnlySpan<float> highs, Span<int> slots, ulong seed)
    {
        var (found, bar) = (0, float.MinValue);
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(highs);
        var blocks = vectors.Length + 1;
        var start = (int)(KeyedRandom.Mix(seed) % (ulong)blocks);
        for (var turn = 0; turn < blocks; turn++)
        {
            var block = start + turn < blocks ? start + turn : start + turn - blocks;
            if (block < vectors.Length && !Vector.GreaterThanAny(vectors[block], new Vector<float>(bar)))
            {
                continue;
            }

            var first = block * Vector<float>.Count;
            var end = Math.Min(first + Vector<float>.Count, highs.Length);
            for (var slot = first; slot < end; slot++)
            {
                bar = highs[slot] > bar ? Insert(highs, slots, slot, ref found) : bar;
            }
        }

        return found;
    }

    private static float Insert(ReadOnlySpan<float> highs, Span<int> slots, int slot, ref int found)
    {
        var place = found < slots.Length ? found++ : found - 1;
        for (; place > 0 && highs[slots[place - 1]] < highs[slot]; place--)
        {
            slots[place] = slots[place - 1];
        }

        slots[place] = slot;
        return found == slots.Length ? highs[slots[^1]] : float.MinValue;
    }
}
