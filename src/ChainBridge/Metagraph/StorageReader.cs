using Gateway.ChainBridge.Scale;
using Gateway.Core;

namespace Gateway.ChainBridge.Metagraph;

/// <summary>Reads a subnet out of the state's items, which every runtime can be asked for.</summary>
internal static class StorageReader
{
    private static readonly string[] Vectors =
    [
        "Active", "ValidatorPermit", "Incentive", "Consensus", "Dividends", "ValidatorTrust", "Emission", "LastUpdate",
    ];

    private static readonly string[] Facts =
    [
        "NetworksAdded", "SubnetworkN", "Tempo", "LastMechansimStepBlock", "CommitRevealWeightsEnabled",
    ];

    /// <summary>The subnet, or null where there is none of this number.</summary>
    /// <exception cref="Rpc.RpcException">No answer.</exception>
    /// <exception cref="ScaleException">Bytes of another form.</exception>
    /// <exception cref="Metadata.RuntimeDriftException">The runtime has no such items.</exception>
    /// <exception cref="InvalidDataException">The parts contradict each other.</exception>
    public static async Task<SubnetSnapshot?> ReadAsync(
        ReadPoint at, NetUid netUid, CancellationToken cancellationToken)
    {
        var net = ScaleValue.Of(netUid.Value);
        var facts = await at.ReadAsync([.. Facts, .. Vectors], net, cancellationToken);
        if (!facts["NetworksAdded"]!.ToBoolean())
        {
            return null;
        }

        var lists = new NeuronVectors(netUid, facts["SubnetworkN"]!.ToUInt16());
        foreach (var vector in Vectors)
        {
            lists.Add(vector, facts[vector]!.Items);
        }

        await AddNeuronsAsync(at, net, facts["SubnetworkN"]!.ToUInt16(), lists, cancellationToken);
        return new SubnetSnapshot(
            netUid, at.Block, at.Hash.ToString(), at.Runtime.SpecVersion, lists.ToNeurons())
        {
            Tempo = facts["Tempo"]!.ToUInt16(),
            LastEpoch = AxonReader.ToInt64(facts["LastMechansimStepBlock"]!),
            CommitsWeights = facts["CommitRevealWeightsEnabled"]!.ToBoolean(),
        };
    }

    private static async Task AddNeuronsAsync(
        ReadPoint at, ScaleValue net, ushort count, NeuronVectors lists, CancellationToken cancellationToken)
    {
        var uids = Enumerable.Range(0, count).Select(uid => (ScaleValue)ScaleValue.Of((uint)uid)).ToArray();
        var registered = at.ReadAsync(
            "BlockAtRegistration", Keys("BlockAtRegistration", uids), cancellationToken);
        var hotkeys = await at.ReadAsync("Keys", Keys("Keys", uids), cancellationToken);
        var known = hotkeys.Select(hotkey => hotkey!).ToArray();
        var stake = at.Has("TotalHotkeyAlpha") ? "TotalHotkeyAlpha" : "TotalHotkeyStake";
        var axons = at.ReadAsync("Axons", Keys("Axons", known), cancellationToken);
        var owners = at.ReadAsync("Owner", [.. known.Select(key => at.Key("Owner", key))], cancellationToken);
        var stakes = at.ReadAsync(
            stake,
            [.. known.Select(key => stake == "TotalHotkeyAlpha" ? at.Key(stake, key, net) : at.Key(stake, key))],
            cancellationToken);
        lists.AddRead("Keys", hotkeys);
        lists.AddRead("BlockAtRegistration", await registered);
        lists.AddRead("Axons", await axons);
        lists.AddRead("Owner", await owners);
        lists.AddRead("Stake", await stakes);

        byte[][] Keys(string item, ScaleValue[] parts) => [.. parts.Select(part => at.Key(item, net, part))];
    }
}
