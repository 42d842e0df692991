using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Metadata;

/// <summary>Writes metadata in format V14, from which a simulated chain makes runtimes that never were. Reading and
/// writing V14 gives the same bytes again.</summary>
internal static class MetadataWriter
{
    /// <exception cref="ArgumentException">The metadata lacks what V14 states: it was read from V16.</exception>
    public static byte[] WriteV14(RuntimeMetadata metadata)
    {
        if (metadata is not { Extrinsic: { Type: { } extrinsic, Versions: [var version] }, Runtime: { } runtime })
        {
            throw new ArgumentException("V14 names the types of extrinsic and runtime, and one version.");
        }

        var writer = new ScaleWriter();
        writer.WriteUInt32(MetadataFormat.Magic);
        writer.WriteByte(MetadataFormat.V14);
        RegistryWriter.Write(metadata.Types, writer);
        writer.WriteList(metadata.Pallets, WritePallet);
        writer.WriteTypeId(extrinsic);
        writer.WriteByte(version);
        writer.WriteList(metadata.Extrinsic.Extensions, WriteExtension);
        writer.WriteTypeId(runtime);
        return writer.ToArray();
    }

    private static void WritePallet(PalletMetadata pallet, ScaleWriter writer)
    {
        writer.WriteText(pallet.Name);
        writer.WriteOption(pallet.Storage is not null);
        if (pallet.Storage is { } storage)
        {
            writer.WriteText(storage.Prefix);
            writer.WriteList(storage.Entries, WriteEntry);
        }

        writer.WriteOptionalType(pallet.Calls);
        writer.WriteOptionalType(pallet.Events);
        writer.WriteList(pallet.Constants, WriteConstant);
        writer.WriteOptionalType(pallet.Errors);
        writer.WriteByte(pallet.Index);
    }

    private static void WriteEntry(StorageEntry entry, ScaleWriter writer)
    {
        writer.WriteText(entry.Name);
        writer.WriteByte((byte)entry.Modifier);
        if (entry.Key is { } key)
        {
            writer.WriteByte(1);
            writer.WriteList(entry.Hashers, static (hasher, inner) => inner.WriteByte((byte)hasher));
            writer.WriteTypeId(key);
        }
        else
        {
            writer.WriteByte(0);
        }

        writer.WriteTypeId(entry.Value);
        writer.WriteByteList(entry.Default.AsSpan());
        writer.WriteTexts(entry.Docs);
    }

    private static void WriteConstant(PalletConstant constant, ScaleWriter writer)
    {
        writer.WriteText(constant.Name);
        writer.WriteTypeId(constant.Type);
        writer.WriteByteList(constant.Value.AsSpan());
        writer.WriteTexts(constant.Docs);
    }

    private static void WriteExtension(ExtrinsicExtension extension, ScaleWriter writer)
    {
        writer.WriteText(extension.Name);
        writer.WriteTypeId(extension.Extra);
        writer.WriteTypeId(extension.Additional);
    }
}
