using Gateway.ChainBridge.Metagraph;
using Gateway.ChainBridge.Payouts;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Weights;

/// <summary>Turns miners into places.</summary>
internal static class MinerPlaces
{
    /// <summary>The weights by uid. Who left, or registered anew since, is left out.</summary>
    /// <exception cref="ArgumentException">A hotkey is no address, or a weight is below zero.</exception>
    public static async Task<IReadOnlyDictionary<ushort, ulong>> FindAsync(
        ReadPoint at, ushort netuid, IReadOnlyList<MinerWeight> told, CancellationToken cancellationToken)
    {
        var net = ScaleValue.Of(netuid);
        if (told.Any(one => one.Weight < 0))
        {
            throw new ArgumentException("A weight is below zero.", nameof(told));
        }

        var uids = await at.ReadAsync(
            "Uids",
            [.. told.Select(one => at.Key("Uids", net, AccountOf(one)))],
            cancellationToken);
        var seated = told.Zip(uids).Where(one => one.Second is not null)
            .Select(one => (Miner: one.First, Uid: one.Second!.ToUInt16()))
            .ToList();
        var since = await at.ReadAsync(
            "BlockAtRegistration",
            [.. seated.Select(one => at.Key("BlockAtRegistration", net, ScaleValue.Of(one.Uid)))],
            cancellationToken);
        return seated.Zip(since)
            .Where(one => one.Second is { } block && AxonReader.ToInt64(block) == one.First.Miner.RegisteredAt)
            .ToDictionary(one => one.First.Uid, one => (ulong)one.First.Miner.Weight);
    }

    private static ScaleValue.Bytes AccountOf(MinerWeight miner) =>
        ScaleValue.Of((ReadOnlySpan<byte>)Accounts.Of(miner.Hotkey.Ss58));
}
