using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Tests.Metadata;

/// <summary>No runtime at hand speaks V16, so spec 224 is written in it by hand after paritytech/frame-metadata
/// src/v16.rs (@3505d40), with notes of deprecation and view functions that only V16 has.</summary>
public sealed class V16Tests
{
    private static readonly RuntimeMetadata Known = Runtimes.Spec224;

    [Fact]
    public void V16_reads_as_what_V14_said()
    {
        var read = MetadataReader.Read(Write());

        Assert.Equal(16, read.Version);
        Assert.Equal(Known.Pallets.Select(Outline), read.Pallets.Select(Outline));
        Assert.Equal(Known.Extrinsic.Extensions.AsEnumerable(), read.Extrinsic.Extensions);
        Assert.Equal(
            (Known.Extrinsic.Address, Known.Extrinsic.Call, Known.Extrinsic.Signature),
            (read.Extrinsic.Address, read.Extrinsic.Call, read.Extrinsic.Signature));
        Assert.Equal([4, 5], read.Extrinsic.Versions.AsEnumerable());
        Assert.Equal(2, read.Event("Balances", "Transfer").Index);
        Assert.Equal(500UL, read.Constant("Balances", "ExistentialDeposit").ToUInt64());
        Assert.Equal(["account"], read.Api("AccountNonceApi", "account_nonce").Inputs.Select(input => input.Name));
    }

    [Fact]
    public void V16_is_refused_with_a_byte_less()
    {
        var bytes = Write();
        Assert.Throws<ScaleException>(() => MetadataReader.Read(bytes.AsSpan(0, bytes.Length - 1)));
    }

    [Fact]
    public void Extensions_of_other_versions_are_left_out()
    {
        var read = MetadataReader.Read(Write(legacy: [0, 2, 1]));
        Assert.Equal(
            ["CheckNonZeroSender", "CheckTxVersion", "CheckSpecVersion"],
            read.Extrinsic.Extensions.Select(one => one.Name));
        Assert.Throws<ScaleException>(() => MetadataReader.Read(Write(legacy: [99])));
    }

    private static string Outline(PalletMetadata pallet) =>
        $"{pallet.Name} {pallet.Index} {pallet.Calls} {pallet.Events} {pallet.Errors} {pallet.Storage?.Prefix}: "
        + string.Join("; ", (pallet.Storage?.Entries ?? []).Select(entry =>
            $"{entry.Name} {entry.Modifier} {string.Join(',', entry.Hashers)} {entry.Key} {entry.Value}"))
        + string.Join("; ", pallet.Constants.Select(constant => $"{constant.Name} {constant.Type}"));

    private static byte[] Write(int[]? legacy = null)
    {
        var writer = new ScaleWriter();
        writer.WriteUInt32(MetadataFormat.Magic);
        writer.WriteByte(16);
        RegistryWriter.Write(Known.Types, writer);
        writer.WriteList(Known.Pallets, WritePallet);
        WriteExtrinsic(writer, legacy ?? [.. Enumerable.Range(0, Known.Extrinsic.Extensions.Length)]);
        writer.WriteLength(1);
        WriteApi(writer);

        // Three outer enums, then one custom value.
        writer.WriteBytes([0, 0, 0]);
        writer.WriteLength(1);
        writer.WriteText("answer");
        writer.WriteTypeId(0);
        writer.WriteByteList([42]);
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

        WriteCases(pallet.Calls, writer);
        WriteCases(pallet.Events, writer);
        writer.WriteList(pallet.Constants, static (constant, inner) =>
        {
            inner.WriteText(constant.Name);
            inner.WriteTypeId(constant.Type);
            inner.WriteByteList(constant.Value.AsSpan());
            inner.WriteTexts(constant.Docs);
            inner.WriteByte(1);
        });
        WriteCases(pallet.Errors, writer);
        WriteAssociated(writer);
        writer.WriteByte(pallet.Index);
        writer.WriteTexts(["a pallet"]);
        writer.WriteByte(0);
    }

    // One associated type, one view function.
    private static void WriteAssociated(ScaleWriter writer)
    {
        writer.WriteLength(1);
        writer.WriteText("Currency");
        writer.WriteTypeId(0);
        writer.WriteTexts([]);
        writer.WriteLength(1);
        writer.WriteBytes(new byte[32]);
        writer.WriteText("view");
        writer.WriteLength(1);
        writer.WriteText("of");
        writer.WriteTypeId(0);
        writer.WriteTypeId(0);
        writer.WriteTexts([]);
        WriteNote(writer);
    }

    private static void WriteEntry(StorageEntry entry, ScaleWriter writer)
    {
        writer.WriteText(entry.Name);
        writer.WriteByte((byte)entry.Modifier);
        writer.WriteBoolean(entry.Key is not null);
        if (entry.Key is { } key)
        {
            writer.WriteList(entry.Hashers, static (hasher, inner) => inner.WriteByte((byte)hasher));
            writer.WriteTypeId(key);
        }

        writer.WriteTypeId(entry.Value);
        writer.WriteByteList(entry.Default.AsSpan());
        writer.WriteTexts(entry.Docs);
        WriteNote(writer);
    }

    // A type, and which of its cases are deprecated.
    private static void WriteCases(int? type, ScaleWriter writer)
    {
        writer.WriteOptionalType(type);
        if (type is not null)
        {
            writer.WriteLength(2);
            writer.WriteBytes([3, 1, 4]);
            WriteNote(writer);
        }
    }

    // Deprecated, with a text and a version.
    private static void WriteNote(ScaleWriter writer)
    {
        writer.WriteByte(2);
        writer.WriteText("use another");
        writer.WriteOptionalText("1.2");
    }

    private static void WriteExtrinsic(ScaleWriter writer, int[] legacy)
    {
        writer.WriteByteList([4, 5]);
        writer.WriteTypeId(Known.Extrinsic.Address);
        writer.WriteTypeId(Known.Extrinsic.Call);
        writer.WriteTypeId(Known.Extrinsic.Signature);
        writer.WriteLength(1);
        writer.WriteByte(0);
        writer.WriteList([.. legacy], static (position, inner) => inner.WriteTypeId(position));
        writer.WriteList(Known.Extrinsic.Extensions, static (extension, inner) =>
        {
            inner.WriteText(extension.Name);
            inner.WriteTypeId(extension.Extra);
            inner.WriteTypeId(extension.Additional);
        });
    }

    private static void WriteApi(ScaleWriter writer)
    {
        writer.WriteText("AccountNonceApi");
        writer.WriteLength(1);
        writer.WriteText("account_nonce");
        writer.WriteLength(1);
        writer.WriteText("account");
        writer.WriteTypeId(0);
        writer.WriteTypeId(0);
        writer.WriteTexts([]);
        writer.WriteByte(0);
        writer.WriteTexts(["an API"]);
        writer.WriteCompact(1);
        writer.WriteByte(0);
    }
}
