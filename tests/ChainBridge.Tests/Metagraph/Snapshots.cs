using System.Net;
using Gateway.Core;

namespace Gateway.ChainBridge.Tests.Metagraph;

/// <summary>Made-up snapshots.</summary>
internal static class Snapshots
{
    public static SubnetSnapshot Of(long block, params string[] hotkeys) => new(
        new NetUid(4), block, $"0x{block:x64}", 224,
        [
            .. hotkeys.Select((hotkey, uid) => new Neuron(uid, new Hotkey(hotkey), "owner", RegisteredAt: uid)
            {
                Axon = uid % 2 == 0 ? new Axon(IPAddress.Parse("1.2.3.4"), 8091, 4, 1, block) : null,
                Incentive = (ushort)(uid * 100),
                ValidatorTrust = uid == 0 ? null : (ushort)7,
            }),
        ])
    {
        Tempo = 20,
        LastEpoch = block - 1,
        ReadAt = DateTimeOffset.UnixEpoch.AddSeconds(block),
    };
}
