using System.Collections.Immutable;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Blocks;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.State;

namespace Gateway.DevNet.Chain.Storage;

/// <summary>A block as it stands in the log, in SCALE: header, extrinsics, changes of the state, and the spec versions
/// of layout and runtime.</summary>
internal static class BlockRecord
{
    public static byte[] Encode(Block block)
    {
        var writer = new ScaleWriter();
        writer.WriteByteList(block.Header.Encode());
        writer.WriteLength(block.Extrinsics.Length);
        foreach (var extrinsic in block.Extrinsics)
        {
            writer.WriteByteList(extrinsic);
        }

        writer.WriteLength(block.Changes.Length);
        foreach (var (key, value) in block.Changes)
        {
            writer.WriteByteList(key);
            writer.WriteOption(value is not null);
            if (value is not null)
            {
                writer.WriteByteList(value);
            }
        }

        writer.WriteUInt32(block.Layout.SpecVersion);
        writer.WriteUInt32(block.Runtime.SpecVersion);
        return writer.ToArray();
    }

    /// <param name="bytes">What <see cref="Encode"/> made.</param>
    /// <param name="parent">The state the block's changes apply to; null to leave the state out.</param>
    /// <exception cref="ScaleException">The bytes are not a record.</exception>
    public static Block Decode(ReadOnlySpan<byte> bytes, ChainState? parent)
    {
        var reader = new ScaleReader(bytes);
        var header = BlockHeader.Decode(reader.ReadByteList());
        var extrinsics = ReadExtrinsics(ref reader);
        var changes = ReadChanges(ref reader);
        var layout = RuntimeCatalog.Get(reader.ReadUInt32());
        var runtime = RuntimeCatalog.Get(reader.ReadUInt32());
        reader.RequireEnd();
        return parent is null
            ? new Block(header, extrinsics, ChainState.Empty, runtime, layout, [])
            : new Block(header, extrinsics, parent.With(changes), runtime, layout, changes);
    }

    private static ImmutableArray<byte[]> ReadExtrinsics(ref ScaleReader reader)
    {
        var extrinsics = ImmutableArray.CreateBuilder<byte[]>();
        for (var left = reader.ReadLength(); left > 0; left--)
        {
            extrinsics.Add(reader.ReadByteList().ToArray());
        }

        return extrinsics.DrainToImmutable();
    }

    private static ImmutableArray<KeyValuePair<byte[], byte[]?>> ReadChanges(ref ScaleReader reader)
    {
        var changes = ImmutableArray.CreateBuilder<KeyValuePair<byte[], byte[]?>>();
        for (var left = reader.ReadLength(); left > 0; left--)
        {
            var key = reader.ReadByteList().ToArray();
            changes.Add(new(key, reader.ReadOption() ? reader.ReadByteList().ToArray() : null));
        }

        return changes.DrainToImmutable();
    }
}
