using Gateway.Api.Wiring;
using Gateway.ChainBridge;

namespace Gateway.Api.Portal.Watch;

/// <summary>Finds subnets and miners by the numbers of an address.</summary>
internal static class Miners
{
    /// <summary>A subnet that is followed; null for any other.</summary>
    public static SubnetView? Find(MetagraphLink link, int netUid) =>
        link.Current?.Current.Subnets.Values.FirstOrDefault(view => view.Snapshot.NetUid.Value == netUid);

    /// <summary>A miner of such a subnet; nothing for any other.</summary>
    public static (SubnetView? Subnet, Neuron? Neuron) Find(MetagraphLink link, int netUid, int uid) =>
        Find(link, netUid) is { } view
            ? (view, view.Snapshot.Neurons.FirstOrDefault(neuron => neuron.Uid == uid))
            : default;
}
