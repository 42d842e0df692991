using System.Globalization;
using System.Text;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.Runtime;

/// <summary>A runtime the simulator can play: real metadata, over behaviour that is ours. Immutable.</summary>
internal sealed class DevRuntime
{
    private const string MarkPrefix = "devnet-simulator runtime ";

    private readonly int _eventRecord;

    private DevRuntime(byte[] bytes, uint specVersion)
    {
        var packed = MetadataReader.Read(bytes);
        Version = new ScaleValue.Record([.. packed.Constant("System", "Version").FieldValues.Select(field =>
            field.Name == "spec_version" ? field with { Value = ScaleValue.Of(specVersion) } : field)]);
        Metadata = WithVersion(packed, Version);
        MetadataBytes = MetadataWriter.WriteV14(Metadata);
        SpecVersion = specVersion;
        TransactionVersion = Version["transaction_version"].ToUInt32();
        ExistentialDeposit = Metadata.Constant("Balances", "ExistentialDeposit").ToUInt64();
        var events = Metadata.Types[Metadata.Storage("System", "Events").Value];
        _eventRecord = events is TypeShape.Sequence list
            ? list.Element
            : throw new RuntimeDriftException("System.Events is no list.");
        Code = Encoding.UTF8.GetBytes(MarkPrefix + SpecVersion.ToString(CultureInfo.InvariantCulture));
    }

    public RuntimeMetadata Metadata { get; }

    /// <summary>The metadata as nodes serve it.</summary>
    public ReadOnlyMemory<byte> MetadataBytes { get; }

    /// <summary>System.Version with <see cref="SpecVersion"/>. The constant in the packed metadata may say another: the
    /// package it comes from paired it with the version of another block. What is served agrees with itself, since some
    /// clients sign for the version in the constant.</summary>
    public ScaleValue Version { get; }

    public uint SpecVersion { get; }

    public uint TransactionVersion { get; }

    /// <summary>Rao an account must hold to exist.</summary>
    public ulong ExistentialDeposit { get; }

    /// <summary>What stands under the key <c>:code</c>: no program, only a text that names this runtime.</summary>
    public ReadOnlyMemory<byte> Code { get; }

    public static DevRuntime Of(byte[] metadata, uint specVersion) => new(metadata, specVersion);

    public static uint? SpecVersionOf(ReadOnlySpan<byte> code)
    {
        var text = Encoding.UTF8.GetString(code);
        return text.StartsWith(MarkPrefix, StringComparison.Ordinal)
            && uint.TryParse(text.AsSpan(MarkPrefix.Length), CultureInfo.InvariantCulture, out var spec)
                ? spec
                : null;
    }

    public RuntimeContext ToContext(Hash256 genesis) => new(Metadata, genesis, SpecVersion, TransactionVersion);

    /// <summary>One record of System.Events.</summary>
    public byte[] EncodeEvent(ScaleValue phase, string pallet, ScaleValue.Case one) => Metadata.Types.Encode(
        _eventRecord,
        ScaleValue.RecordOf(
            ("phase", phase), ("event", ScaleValue.CaseOf(pallet, one)), ("topics", ScaleValue.ListOf())));

    /// <summary>A call of this runtime.</summary>
    public byte[] EncodeCall(ScaleValue call) => Metadata.Types.Encode(Metadata.Extrinsic.Call, call);

    /// <summary>What Core_version answers.</summary>
    public byte[] EncodeVersion() => Metadata.Types.Encode(
        Metadata.Pallet("System").Constants.First(one => one.Name == "Version").Type, Version);

    public ulong Constant(string pallet, string name) => Metadata.Constant(pallet, name).ToUInt64();

    private static RuntimeMetadata WithVersion(RuntimeMetadata packed, ScaleValue version) => new(
        packed.Version,
        packed.Types,
        [.. packed.Pallets.Select(pallet => pallet.Name == "System"
            ? pallet with { Constants = [.. pallet.Constants.Select(one => WithVersion(packed.Types, one, version))] }
            : pallet)],
        packed.Extrinsic,
        packed.Runtime,
        packed.Apis);

    private static PalletConstant WithVersion(TypeRegistry types, PalletConstant one, ScaleValue version) =>
        one.Name == "Version" ? one with { Value = [.. types.Encode(one.Type, version)] } : one;
}
