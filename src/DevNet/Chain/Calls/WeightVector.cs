using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.Calls;

/// <summary>Weights as a call brings them.</summary>
/// <param name="NetUid">The subnet.</param>
/// <param name="Uids">Miners.</param>
/// <param name="Values">Their weights; as many, or the call fails.</param>
/// <param name="VersionKey">The validator's version.</param>
internal sealed record WeightVector(ushort NetUid, ushort[] Uids, ushort[] Values, ulong VersionKey)
{
    /// <summary>Reads a call that names its lists so.</summary>
    public static WeightVector Of(ScaleValue.Case call, string uids, string values) => new(
        call["netuid"].ToUInt16(),
        [.. call[uids].Items.Select(one => one.ToUInt16())],
        [.. call[values].Items.Select(one => one.ToUInt16())],
        call["version_key"].ToUInt64());

    /// <summary>Whether it only says something of the one who says it.</summary>
    public bool IsOnlySelf(ushort uid) => Values.Length == 1 && Uids.Length > 0 && Uids[0] == uid;

    /// <summary>The values stretched so that the highest is 65535.</summary>
    public ushort[] Stretched()
    {
        var highest = Values.DefaultIfEmpty().Max();
        return highest == 0
            ? Values
            : [.. Values.Select(value => (ushort)(((ulong)value * ushort.MaxValue) / highest))];
    }
}
