using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.Core;

namespace Gateway.ChainBridge.Metagraph;

/// <summary>Finds the subnets in which a block changed who is there or where: a new axon, a registration, another
/// hotkey. A hint that makes changes seen early; full readings find them all the same.</summary>
internal sealed class DirtyScan(RuntimeSource runtimes)
{
    private const string Pallet = "SubtensorModule";

    private static readonly string[] BySubnet = ["AxonServed", "NeuronRegistered"];

    private (uint Spec, EventScan Scan)? _scan;

    /// <summary>The subnets; null when any may have changed.</summary>
    /// <exception cref="RpcException">No answer.</exception>
    public async Task<IReadOnlySet<NetUid>?> ReadAsync(
        NodeApi node, BlockHeader header, Hash256 hash, CancellationToken cancellationToken)
    {
        var runtime = await runtimes.AtAsync(node, header.Parent, cancellationToken);
        var raw = await node.StorageAsync(
            StorageKeys.Of(runtime.Metadata, "System", "Events"), hash, cancellationToken);
        try
        {
            if (_scan is not { } known || known.Spec != runtime.SpecVersion)
            {
                _scan = known = (runtime.SpecVersion, ScanOf(runtime.Metadata));
            }

            var events = known.Scan.Read(raw ?? []);
            return events.Any(one => one.Name == "HotkeySwapped")
                ? null
                : events.Select(one => new NetUid(one.Value[0].ToUInt16())).ToHashSet();
        }
        catch (Exception failure) when (failure is ScaleException or RuntimeDriftException)
        {
            return null;
        }
    }

    private static EventScan ScanOf(RuntimeMetadata metadata) => EventScan.For(
        metadata, [.. BySubnet.Select(name => (Pallet, name)), (Pallet, "HotkeySwapped")]);
}
