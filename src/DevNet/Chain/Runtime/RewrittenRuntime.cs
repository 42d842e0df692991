using System.Collections.Immutable;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.Runtime;

/// <summary>A runtime that never was: one that comes with the simulator, with pallets renumbered and a signed extension
/// more that has content. Programs that follow the metadata read it; nobody may sign for it unawares.</summary>
internal static class RewrittenRuntime
{
    /// <summary>The spec version it states.</summary>
    public const uint SpecVersion = 225;

    private const byte Shift = 100;

    private static readonly string[] OuterEnums = ["RuntimeCall", "RuntimeEvent", "RuntimeError", "Error"];

    /// <summary>V14 metadata of the rewritten runtime.</summary>
    public static byte[] Make(RuntimeMetadata original)
    {
        var types = new TypeRegistry([.. original.Types.Types.Select(Renumber)]);
        var pallets = original.Pallets.Select(pallet => Renumber(pallet)).ToImmutableArray();
        var flag = original.Types.Types
            .Select((type, id) => (type.Shape, Id: id))
            .First(type => type.Shape is TypeShape.Primitive { Kind: ScalePrimitive.U32 }).Id;
        var unit = original.Extrinsic.Extensions.First(one => one.Name == "CheckNonZeroSender").Additional;
        var extrinsic = original.Extrinsic with
        {
            Extensions = original.Extrinsic.Extensions.Add(new ExtrinsicExtension("CheckDevNetMark", flag, unit)),
        };
        return MetadataWriter.WriteV14(new RuntimeMetadata(
            original.Version, types, pallets, extrinsic, original.Runtime, original.Apis));
    }

    private static bool IsMoved(string pallet) => pallet is "Balances" or "Utility" or "Multisig" or "Proxy";

    private static TypeDefinition Renumber(TypeDefinition type) =>
        type.Shape is TypeShape.Variant variant && type.Path.Length == 2 && OuterEnums.Contains(type.Path[^1])
            && variant.Find("Balances") is not null
            ? type with { Shape = new TypeShape.Variant([.. variant.Cases.Select(Renumber)]) }
            : type;

    private static TypeCase Renumber(TypeCase one) =>
        IsMoved(one.Name) ? one with { Index = (byte)(one.Index + Shift) } : one;

    private static PalletMetadata Renumber(PalletMetadata pallet) => pallet with
    {
        Index = IsMoved(pallet.Name) ? (byte)(pallet.Index + Shift) : pallet.Index,
    };
}
