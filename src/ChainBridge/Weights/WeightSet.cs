using System.Collections.Immutable;

namespace Gateway.ChainBridge.Weights;

/// <summary>Weights as the chain takes them: each uid once, the largest value 65535.</summary>
/// <param name="Uids">Miners, rising.</param>
/// <param name="Values">Their weights, as many.</param>
internal sealed record WeightSet(ImmutableArray<ushort> Uids, ImmutableArray<ushort> Values)
{
    // Below a hundredth of the largest a weight is noise.
    private const int Parts = 100;

    /// <summary>Scales shares up so that the largest is 65535, each rounded down. What is below a hundredth of the
    /// largest is left out, but for as many, next best first, as the subnet wants at least.</summary>
    /// <param name="shares">By uid, in any unit; none is zero for all.</param>
    /// <param name="least">The subnet's MinAllowedWeights, a count.</param>
    public static WeightSet Of(IReadOnlyDictionary<ushort, ulong> shares, int least = 0)
    {
        var most = shares.Values.DefaultIfEmpty().Max();
        var scaled = shares
            .Where(share => share.Value > 0)
            .OrderByDescending(share => share.Value)
            .ThenBy(share => share.Key)
            .Where((share, place) => place < least || (UInt128)share.Value * Parts >= most)
            .Select(share => (Uid: share.Key, Value: Scale(share.Value, most)))
            .OrderBy(share => share.Uid)
            .ToArray();
        return new([.. scaled.Select(share => share.Uid)], [.. scaled.Select(share => share.Value)]);
    }

    // Somebody who is kept to make up the number must not count as nobody.
    private static ushort Scale(ulong share, ulong most) =>
        (ushort)UInt128.Max(1, (UInt128)share * ushort.MaxValue / most);
}
