using System.Collections.Immutable;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Metadata;

/// <summary>Reads metadata of the formats V14, V15 and V16 (paritytech/frame-metadata, src/v14.rs, v15.rs, v16.rs).
/// </summary>
internal sealed class MetadataReader
{
    // Format version 4 takes the extensions of this extension version (paritytech/polkadot-sdk, sp-runtime,
    // generic/unchecked_extrinsic.rs).
    private const byte LegacyExtensionVersion = 0;

    private readonly byte _version;

    private MetadataReader(byte version) => _version = version;

    /// <exception cref="ScaleException">The bytes are not metadata, of an unknown version, or damaged.</exception>
    public static RuntimeMetadata Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ScaleReader(bytes);
        if (reader.ReadUInt32() != MetadataFormat.Magic)
        {
            throw new ScaleException(ScaleFault.UnknownMagic, "the bytes are not metadata");
        }

        var version = reader.ReadByte();
        if (!MetadataFormat.Known.Contains(version))
        {
            throw new ScaleException(ScaleFault.UnknownVersion, $"metadata of version {version} is unknown");
        }

        var metadata = new MetadataReader(version).ReadRuntime(ref reader);
        reader.RequireEnd();
        TypeUse.Check(metadata);
        return metadata;
    }

    private RuntimeMetadata ReadRuntime(ref ScaleReader reader)
    {
        var types = RegistryReader.Read(ref reader);
        var pallets = reader.ReadList(ReadPallet);
        var extrinsic = ReadExtrinsic(types, ref reader);
        int? runtime = _version < MetadataFormat.V16 ? reader.ReadTypeId() : null;
        if (_version == MetadataFormat.V14)
        {
            return new RuntimeMetadata(_version, types, pallets, extrinsic, runtime, []);
        }

        var apis = reader.ReadList(ReadApi);
        SkipOuterEnums(ref reader);
        SkipCustom(ref reader);
        return new RuntimeMetadata(_version, types, pallets, extrinsic, runtime, apis);
    }

    private PalletMetadata ReadPallet(ref ScaleReader reader)
    {
        var name = reader.ReadText();
        try
        {
            return ReadPallet(name, ref reader);
        }
        catch (ScaleException failure) when (failure.Within(name))
        {
            throw;
        }
    }

    private PalletMetadata ReadPallet(string name, ref ScaleReader reader)
    {
        var storage = reader.ReadOption() ? ReadStorage(ref reader) : null;
        var calls = ReadCases(ref reader);
        var events = ReadCases(ref reader);
        var constants = reader.ReadList(ReadConstant);
        var errors = ReadCases(ref reader);
        if (_version >= MetadataFormat.V16)
        {
            _ = reader.ReadList(SkipAssociatedType);
            _ = reader.ReadList(SkipViewFunction);
        }

        var index = reader.ReadByte();
        var docs = _version >= MetadataFormat.V15 ? reader.ReadTexts() : ImmutableArray<string>.Empty;
        SkipDeprecation(ref reader);
        return new PalletMetadata(name, index, storage, calls, events, errors, constants, docs);
    }

    private int? ReadCases(ref ScaleReader reader)
    {
        if (!reader.ReadOption())
        {
            return null;
        }

        var type = reader.ReadTypeId();
        if (_version >= MetadataFormat.V16)
        {
            _ = reader.ReadList((ref ScaleReader inner) => (inner.ReadByte(), DeprecationNote.Skip(ref inner)));
        }

        return type;
    }

    private PalletStorage ReadStorage(ref ScaleReader reader) =>
        new(reader.ReadText(), reader.ReadList(ReadEntry));

    private StorageEntry ReadEntry(ref ScaleReader reader)
    {
        var name = reader.ReadText();
        var modifier = ReadModifier(ref reader);
        var isMap = reader.ReadBoolean();
        var hashers = isMap ? reader.ReadList(ReadHasher) : ImmutableArray<StorageHasher>.Empty;
        int? key = isMap ? reader.ReadTypeId() : null;
        var entry = new StorageEntry(
            name, modifier, hashers, key, reader.ReadTypeId(), reader.ReadBlob(), reader.ReadTexts());
        SkipDeprecation(ref reader);
        return entry;
    }

    private static StorageModifier ReadModifier(ref ScaleReader reader)
    {
        var modifier = (StorageModifier)reader.ReadByte();
        return modifier <= StorageModifier.Required
            ? modifier
            : throw new ScaleException(ScaleFault.UnknownVariant, $"{(int)modifier} is no storage modifier");
    }

    private static StorageHasher ReadHasher(ref ScaleReader reader)
    {
        var hasher = (StorageHasher)reader.ReadByte();
        return hasher <= StorageHasher.Identity
            ? hasher
            : throw new ScaleException(ScaleFault.UnknownVariant, $"{(int)hasher} is no storage hasher");
    }

    private PalletConstant ReadConstant(ref ScaleReader reader)
    {
        var constant = new PalletConstant(
            reader.ReadText(), reader.ReadTypeId(), reader.ReadBlob(), reader.ReadTexts());
        SkipDeprecation(ref reader);
        return constant;
    }

    private ExtrinsicMetadata ReadExtrinsic(TypeRegistry types, ref ScaleReader reader) => _version switch
    {
        MetadataFormat.V14 => ExtrinsicOf(
            types, reader.ReadTypeId(), reader.ReadByte(), reader.ReadList(ReadExtension)),
        MetadataFormat.V15 => ReadExtrinsicV15(ref reader),
        _ => ReadExtrinsicV16(ref reader),
    };

    // V14 names only the whole: its parameters are Address, Call, Signature and Extra.
    private static ExtrinsicMetadata ExtrinsicOf(
        TypeRegistry types, int type, byte version, ImmutableArray<ExtrinsicExtension> extensions)
    {
        int Parameter(string name) =>
            types.Definition(type).Parameters.FirstOrDefault(one => one.Name == name)?.Type
            ?? throw new ScaleException(ScaleFault.UnknownType, $"the extrinsic has no parameter {name}");
        return new ExtrinsicMetadata(
            [version], type, Parameter("Address"), Parameter("Call"), Parameter("Signature"), extensions);
    }

    private static ExtrinsicMetadata ReadExtrinsicV15(ref ScaleReader reader)
    {
        var version = reader.ReadByte();
        var address = reader.ReadTypeId();
        var call = reader.ReadTypeId();
        var signature = reader.ReadTypeId();

        // The tuple of all extensions' types, which stand one by one in the list.
        _ = reader.ReadTypeId();
        return new ExtrinsicMetadata([version], null, address, call, signature, reader.ReadList(ReadExtension));
    }

    private static ExtrinsicMetadata ReadExtrinsicV16(ref ScaleReader reader)
    {
        var versions = reader.ReadBlob();
        var address = reader.ReadTypeId();
        var call = reader.ReadTypeId();
        var signature = reader.ReadTypeId();
        var byVersion = reader.ReadList(static (ref ScaleReader inner) => (
            Version: inner.ReadByte(),
            Positions: inner.ReadList(static (ref ScaleReader position) => position.ReadTypeId())));
        var all = reader.ReadList(ReadExtension);
        var legacy = byVersion.FirstOrDefault(one => one.Version == LegacyExtensionVersion).Positions;
        return new ExtrinsicMetadata(
            versions, null, address, call, signature, legacy.IsDefault ? all : Pick(all, legacy));
    }

    private static ImmutableArray<ExtrinsicExtension> Pick(
        ImmutableArray<ExtrinsicExtension> all, ImmutableArray<int> positions) =>
        [.. positions.Select(position => position < all.Length
            ? all[position]
            : throw new ScaleException(ScaleFault.UnknownVariant, $"there is no extension {position}"))];

    private static ExtrinsicExtension ReadExtension(ref ScaleReader reader) =>
        new(reader.ReadText(), reader.ReadTypeId(), reader.ReadTypeId());

    private RuntimeApi ReadApi(ref ScaleReader reader)
    {
        var api = new RuntimeApi(reader.ReadText(), reader.ReadList(ReadMethod));
        _ = reader.ReadTexts();
        if (_version >= MetadataFormat.V16)
        {
            _ = reader.ReadCompactUInt32();
        }

        SkipDeprecation(ref reader);
        return api;
    }

    private RuntimeApiMethod ReadMethod(ref ScaleReader reader)
    {
        var method = new RuntimeApiMethod(reader.ReadText(), reader.ReadList(ReadInput), reader.ReadTypeId());
        _ = reader.ReadTexts();
        SkipDeprecation(ref reader);
        return method;
    }

    private static (string Name, int Type) ReadInput(ref ScaleReader reader) =>
        (reader.ReadText(), reader.ReadTypeId());

    private static bool SkipAssociatedType(ref ScaleReader reader)
    {
        _ = reader.ReadText();
        _ = reader.ReadTypeId();
        _ = reader.ReadTexts();
        return true;
    }

    private static bool SkipViewFunction(ref ScaleReader reader)
    {
        _ = reader.ReadBytes(32);
        _ = reader.ReadText();
        _ = reader.ReadList(ReadInput);
        _ = reader.ReadTypeId();
        _ = reader.ReadTexts();
        return DeprecationNote.Skip(ref reader);
    }

    private void SkipDeprecation(ref ScaleReader reader)
    {
        if (_version >= MetadataFormat.V16)
        {
            _ = DeprecationNote.Skip(ref reader);
        }
    }

    // The enums over all pallets of calls, events and errors: reached from the extrinsic and from System.Events.
    private static void SkipOuterEnums(ref ScaleReader reader)
    {
        _ = reader.ReadTypeId();
        _ = reader.ReadTypeId();
        _ = reader.ReadTypeId();
    }

    private static void SkipCustom(ref ScaleReader reader) => _ = reader.ReadList(
        static (ref ScaleReader inner) => (inner.ReadText(), inner.ReadTypeId(), inner.ReadByteList().Length));
}
