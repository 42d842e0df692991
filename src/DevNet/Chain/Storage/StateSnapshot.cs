using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Blocks;
using Gateway.DevNet.Chain.State;

namespace Gateway.DevNet.Chain.Storage;

/// <summary>The whole state after one final block, in a file of its own, so that a start need not replay the chain from
/// its beginning.</summary>
/// <param name="Number">The block's height.</param>
/// <param name="Block">The block.</param>
/// <param name="State">The state after it.</param>
internal sealed record StateSnapshot(uint Number, Hash256 Block, ChainState State)
{
    public static void Write(string path, Block block)
    {
        var writer = new ScaleWriter();
        writer.WriteUInt32(block.Number);
        writer.WriteBytes(block.Hash.Bytes);
        writer.WriteLength(block.State.Count);
        foreach (var (key, value) in block.State.All)
        {
            writer.WriteByteList(key);
            writer.WriteByteList(value);
        }

        writer.WriteBytes(Hash256.Of(writer.Written).Bytes);

        // A reader finds the old file or the new one, never half of one.
        var fresh = path + ".new";
        File.WriteAllBytes(fresh, writer.Written);
        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>The snapshot, or null where there is none or it is damaged.</summary>
    public static StateSnapshot? Read(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path).AsSpan();
            return bytes.Length > Hash256.Length
                && Hash256.Of(bytes[..^Hash256.Length]) == new Hash256(bytes[^Hash256.Length..])
                    ? Decode(bytes[..^Hash256.Length])
                    : null;
        }
        catch (Exception failure) when (failure is IOException or ScaleException)
        {
            return null;
        }
    }

    private static StateSnapshot Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new ScaleReader(bytes);
        var number = reader.ReadUInt32();
        var block = new Hash256(reader.ReadBytes(Hash256.Length));
        var entries = new List<KeyValuePair<byte[], byte[]?>>();
        for (var left = reader.ReadLength(); left > 0; left--)
        {
            entries.Add(new(reader.ReadByteList().ToArray(), reader.ReadByteList().ToArray()));
        }

        reader.RequireEnd();
        return new StateSnapshot(number, block, ChainState.Empty.With(entries));
    }
}
