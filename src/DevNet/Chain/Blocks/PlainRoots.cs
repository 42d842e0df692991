using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.Blocks;

/// <summary>The two roots in a header. They are plain hashes over everything they stand for and no roots of a trie, so
/// that there are no proofs to read.</summary>
internal static class PlainRoots
{
    /// <summary>BLAKE2b-256 of the parent's root and of what the block changed.</summary>
    public static Hash256 OfState(Hash256 parent, IEnumerable<KeyValuePair<byte[], byte[]?>> changes)
    {
        var writer = new ScaleWriter();
        writer.WriteBytes(parent.Bytes);
        foreach (var (key, value) in changes)
        {
            writer.WriteByteList(key);
            writer.WriteOption(value is not null);
            writer.WriteByteList(value);
        }

        return Hash256.Of(writer.Written);
    }

    /// <summary>BLAKE2b-256 of all extrinsics' hashes.</summary>
    public static Hash256 OfExtrinsics(IEnumerable<byte[]> extrinsics)
    {
        var writer = new ScaleWriter();
        foreach (var extrinsic in extrinsics)
        {
            writer.WriteBytes(Hash256.Of(extrinsic).Bytes);
        }

        return Hash256.Of(writer.Written);
    }
}
