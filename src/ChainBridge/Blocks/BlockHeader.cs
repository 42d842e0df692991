using System.Collections.Immutable;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Blocks;

/// <summary>A block's header. Its hash is computed here and never believed: BLAKE2b-256 of the header's SCALE bytes
/// (paritytech/polkadot-sdk, sp-runtime, generic/header.rs).</summary>
internal sealed record BlockHeader(
    Hash256 Parent,
    uint Number,
    Hash256 StateRoot,
    Hash256 ExtrinsicsRoot,
    ImmutableArray<DigestItem> Digest)
{
    /// <exception cref="ScaleException">The bytes are not one header.</exception>
    public static BlockHeader Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new ScaleReader(bytes);
        var parent = ReadHash(ref reader);
        var number = reader.ReadCompactUInt32();
        var state = ReadHash(ref reader);
        var extrinsics = ReadHash(ref reader);
        var digest = ImmutableArray.CreateBuilder<DigestItem>();
        for (var left = reader.ReadLength(); left > 0; left--)
        {
            digest.Add(DigestItem.Read(ref reader));
        }

        reader.RequireEnd();
        return new BlockHeader(parent, number, state, extrinsics, digest.DrainToImmutable());
    }

    public byte[] Encode()
    {
        var writer = new ScaleWriter();
        writer.WriteBytes(Parent.Bytes);
        writer.WriteCompact(Number);
        writer.WriteBytes(StateRoot.Bytes);
        writer.WriteBytes(ExtrinsicsRoot.Bytes);
        writer.WriteLength(Digest.Length);
        foreach (var item in Digest)
        {
            item.Write(writer);
        }

        return writer.ToArray();
    }

    /// <summary>The block's hash.</summary>
    public Hash256 Hash() => Hash256.Of(Encode());

    private static Hash256 ReadHash(ref ScaleReader reader) => new(reader.ReadBytes(Hash256.Length));
}
