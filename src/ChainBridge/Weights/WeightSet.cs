using System.Collections.Immutable;

namespace Gateway.ChainBridge.Weights;

/// <summary>Weights as the chain takes them: each uid once, the largest value 65535.</summary>
/// <param name="Uids">Miners, rising.</param>
/// <param name="Values">Their weights, as many.</param>
internal sealed record WeightSet(ImmutableArray<ushort> Uids, ImmutableArray<ushort> Values)
{
    /// <summary>Scales shares up so that the largest is 65535, each rounded down; what rounds to nothing is left out.
    /// </summary>
    /// <param name="shares">By uid, in any unit; none is zero for all.</param>
    public static WeightSet Of(IReadOnlyDictionary<ushort, ulong> shares)
    {
        var most = shares.Values.DefaultIfEmpty().Max();
        var scaled = shares
            .Where(share => share.Value > 0)
            .Select(share => (Uid: share.Key, Value: (ushort)((UInt128)share.Value * ushort.MaxValue / most)))
            .Where(share => share.Value > 0)
            .OrderBy(share => share.Uid)
            .ToArray();
        return new([.. scaled.Select(share => share.Uid)], [.. scaled.Select(share => share.Value)]);
    }
}
