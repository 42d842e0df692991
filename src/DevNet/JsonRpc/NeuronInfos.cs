using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Blocks;
using Gateway.DevNet.Chain.State;
using Gateway.DevNet.Chain.Subnets;

namespace Gateway.DevNet.JsonRpc;

/// <summary>NeuronInfoRuntimeApi, in the layout that runtimes from spec 240 on have (opentensor/subtensor,
/// pallets/subtensor/src/rpc_info/neuron_info.rs).</summary>
internal static class NeuronInfos
{
    private const int PrometheusLength = 31;

    /// <summary>All neurons of a subnet, in the order of uids; none for a subnet that is not there.</summary>
    public static byte[] GetNeuronsLite(Block block, byte[] arguments)
    {
        var reader = new ScaleReader(arguments);
        var netuid = reader.ReadUInt16();
        reader.RequireEnd();
        var state = new SubnetState(new TypedState(block.Layout.Metadata, new StateOverlay(block.State)));
        var writer = new ScaleWriter();
        var count = state.Exists(netuid) ? state.Count(netuid) : 0;
        writer.WriteLength(count);
        if (count > 0)
        {
            var vectors = new Vectors(state, netuid);
            for (var uid = 0; uid < count; uid++)
            {
                Write(writer, state, vectors, uid);
            }
        }

        return writer.ToArray();
    }

    private static void Write(ScaleWriter writer, SubnetState state, Vectors of, int uid)
    {
        var hotkey = state.HotkeyOf(of.NetUid, uid);
        var coldkey = state.OwnerOf(hotkey) ?? default;
        writer.WriteBytes(hotkey.ToArray());
        writer.WriteBytes(coldkey.ToArray());
        writer.WriteCompact((uint)uid);
        writer.WriteCompact(of.NetUid);
        writer.WriteBoolean(of.Active[uid]);
        WriteAxon(writer, state.Find("Axons", SubnetState.Key(of.NetUid), hotkey.ToValue()));
        writer.WriteBytes(new byte[PrometheusLength]);
        writer.WriteLength(1);
        writer.WriteBytes(coldkey.ToArray());
        writer.WriteCompact(of.Stakes.Of(hotkey, of.NetUid));
        foreach (var vector in of.Numbers)
        {
            writer.WriteCompact(vector[uid]);
        }

        writer.WriteBoolean(of.Permits[uid]);
        writer.WriteCompact(of.Pruning[uid]);
    }

    private static void WriteAxon(ScaleWriter writer, ScaleValue? axon)
    {
        writer.WriteUInt64(axon?["block"].ToUInt64() ?? 0);
        writer.WriteUInt32(axon?["version"].ToUInt32() ?? 0);
        writer.WriteUInt128(axon?["ip"].ToUInt128() ?? 0);
        writer.WriteUInt16(axon?["port"].ToUInt16() ?? 0);
        foreach (var field in new[] { "ip_type", "protocol", "placeholder1", "placeholder2" })
        {
            writer.WriteByte(axon?[field].ToUInt8() ?? 0);
        }
    }

    private sealed class Vectors(SubnetState state, ushort netuid)
    {
        public ushort NetUid { get; } = netuid;

        public StakeBook Stakes { get; } = new(state);

        public bool[] Active { get; } = state.Flags("Active", netuid);

        public bool[] Permits { get; } = state.Flags("ValidatorPermit", netuid);

        public ulong[] Pruning { get; } = state.Numbers("PruningScores", netuid);

        // In the order of the record's fields.
        public ulong[][] Numbers { get; } =
        [
            .. new[]
            {
                "Rank", "Emission", "Incentive", "Consensus", "Trust", "ValidatorTrust", "Dividends", "LastUpdate",
            }.Select(item => state.Numbers(item, netuid)),
        ];
    }
}
