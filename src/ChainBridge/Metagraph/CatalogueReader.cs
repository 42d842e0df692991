using System.Text;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.Core;

namespace Gateway.ChainBridge.Metagraph;

/// <summary>Reads what all subnets say of themselves.</summary>
internal static class CatalogueReader
{
    private const int LongestName = 128;
    private const long RaoPerTao = 1_000_000_000;

    // The newest first; each runtime has some of them.
    private static readonly string[] Identities = ["SubnetIdentitiesV3", "SubnetIdentitiesV2", "SubnetIdentities"];

    private static readonly string[] Wanted =
    [
        "NetworksAdded", "Tempo", "SubnetworkN", "TokenSymbol", "SubnetName", "SubnetTAO", "SubnetAlphaIn",
        "SubnetTaoInEmission", .. Identities,
    ];

    /// <summary>All subnets, in the order of their numbers.</summary>
    /// <exception cref="RpcException">No answer.</exception>
    /// <exception cref="ScaleException">Bytes of another form.</exception>
    public static async Task<IReadOnlyList<SubnetInfo>> ReadAsync(ReadPoint at, CancellationToken cancellationToken)
    {
        var items = Wanted.Where(at.Has).ToArray();
        var numbers = await NumbersAsync(at, cancellationToken);
        var infos = new List<SubnetInfo>();
        foreach (var page in numbers.Chunk(NodeApi.MaximumKeys / items.Length))
        {
            var read = await Task.WhenAll(page.Select(async number =>
                (number, Facts: await at.ReadAsync(items, ScaleValue.Of(number), cancellationToken))));
            infos.AddRange(read.Where(one => one.Facts["NetworksAdded"]!.ToBoolean())
                .Select(one => InfoOf(new NetUid(one.number), one.Facts)));
        }

        return infos;
    }

    private static async Task<ushort[]> NumbersAsync(ReadPoint at, CancellationToken cancellationToken)
    {
        var prefix = at.Key("NetworksAdded");
        var keys = await at.Node.KeysAsync(
            prefix, NodeApi.MaximumKeys, ReadOnlyMemory<byte>.Empty, at.Hash, cancellationToken);
        return
        [
            .. keys.Select(key => Metadata.StorageKeys
                .Parts(at.Metadata, "SubtensorModule", "NetworksAdded", key)[0]!.ToUInt16()).Order(),
        ];
    }

    private static SubnetInfo InfoOf(NetUid netUid, IReadOnlyDictionary<string, ScaleValue?> facts) => new(
        netUid,
        NameOf(facts),
        TextOf(facts.GetValueOrDefault("TokenSymbol")),
        PriceOf(netUid, facts),
        facts["Tempo"]!.ToUInt16(),
        facts.GetValueOrDefault("SubnetTaoInEmission")?.ToRao() ?? default,
        facts["SubnetworkN"]!.ToUInt16());

    private static string NameOf(IReadOnlyDictionary<string, ScaleValue?> facts)
    {
        var identity = Identities.Select(facts.GetValueOrDefault).FirstOrDefault(found => found is not null);
        return TextOf(identity?["subnet_name"] ?? facts.GetValueOrDefault("SubnetName"));
    }

    // What the pool holds of each; pools with other rules are near it.
    private static Rao PriceOf(NetUid netUid, IReadOnlyDictionary<string, ScaleValue?> facts)
    {
        var tao = facts.GetValueOrDefault("SubnetTAO")?.ToUInt64() ?? 0;
        var alpha = facts.GetValueOrDefault("SubnetAlphaIn")?.ToUInt64() ?? 0;
        if (netUid.Value == 0 || alpha == 0)
        {
            return new Rao(RaoPerTao);
        }

        var price = (UInt128)tao * RaoPerTao / alpha;
        return new Rao((long)UInt128.Min(price, long.MaxValue));
    }

    // Owners may write anything, and what they write is shown to people.
    private static string TextOf(ScaleValue? value)
    {
        var text = value is null ? "" : Encoding.UTF8.GetString(value.ToBytes().Span);
        var shown = string.Concat(text.Where(c => !char.IsControl(c)));
        return shown.Length <= LongestName ? shown : shown[..LongestName];
    }
}
