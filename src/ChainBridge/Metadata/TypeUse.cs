using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Metadata;

/// <summary>Refuses metadata in which a pallet, the extrinsic or an API names a type that is not there.</summary>
internal static class TypeUse
{
    public static void Check(RuntimeMetadata metadata)
    {
        foreach (var type in metadata.Pallets.SelectMany(Of).Concat(Of(metadata.Extrinsic)).Concat(OfApis(metadata)))
        {
            _ = metadata.Types.Definition(type);
        }

        foreach (var entry in metadata.Pallets.SelectMany(pallet => pallet.Storage?.Entries ?? []))
        {
            RequireKeyParts(metadata.Types, entry);
        }
    }

    private static IEnumerable<int> Of(PalletMetadata pallet)
    {
        int?[] variants = [pallet.Calls, pallet.Events, pallet.Errors];
        return variants.OfType<int>()
            .Concat(pallet.Constants.Select(constant => constant.Type))
            .Concat(pallet.Storage?.Entries.SelectMany(Of) ?? []);
    }

    private static IEnumerable<int> Of(StorageEntry entry) =>
        entry.Key is { } key ? [key, entry.Value] : [entry.Value];

    private static IEnumerable<int> Of(ExtrinsicMetadata extrinsic) =>
    [
        extrinsic.Type ?? 0, extrinsic.Address, extrinsic.Call, extrinsic.Signature,
        .. extrinsic.Extensions.Select(extension => extension.Extra),
        .. extrinsic.Extensions.Select(extension => extension.Additional),
    ];

    private static IEnumerable<int> OfApis(RuntimeMetadata metadata) => metadata.Apis
        .SelectMany(api => api.Methods)
        .SelectMany(method => method.Inputs.Select(input => input.Type).Append(method.Output));

    private static void RequireKeyParts(TypeRegistry types, StorageEntry entry)
    {
        if (entry is { Key: { } key, Hashers.Length: not 1 }
            && (types[key] is not TypeShape.Tuple tuple || tuple.Elements.Length != entry.Hashers.Length))
        {
            throw new ScaleException(ScaleFault.WrongShape, $"the key of {entry.Name} has not a part for each hasher");
        }
    }
}
