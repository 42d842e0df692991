using System.Globalization;
using System.Text.Json;
using CsCheck;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Tests.Metadata;
using Gateway.ChainBridge.Tests.Vectors;

namespace Gateway.ChainBridge.Tests.Blocks;

public sealed class BlockHeaderTests
{
    [Fact]
    public void Headers_of_mainnet_have_the_hashes_they_were_asked_by()
    {
        var checkedHeaders = 0;
        foreach (var (hash, header) in RecordedHeaders())
        {
            Assert.Equal(hash, header.Hash().ToString());
            Assert.Equal(header.Encode(), BlockHeader.Decode(header.Encode()).Encode());
            checkedHeaders++;
        }

        Assert.Equal(90, checkedHeaders);
    }

    [Fact]
    public void A_header_is_read_back()
    {
        var header = new BlockHeader(
            Hash256.Of([1]),
            4_898_328,
            Hash256.Of([2]),
            Hash256.Of([3]),
            [
                new DigestItem(DigestKind.PreRuntime, "aura"u8.ToArray(), new byte[8]),
                new DigestItem(DigestKind.RuntimeUpdated, default, default),
                new DigestItem(DigestKind.Other, default, "devnet-simulator"u8.ToArray()),
                new DigestItem(DigestKind.Seal, "aura"u8.ToArray(), new byte[64]),
            ]);

        var read = BlockHeader.Decode(header.Encode());

        Assert.Equal(header.Hash(), read.Hash());
        Assert.Equal(header.Number, read.Number);
        Assert.Equal(header.Digest.Select(item => item.Kind), read.Digest.Select(item => item.Kind));
    }

    [Fact]
    public void An_unknown_note_is_refused()
    {
        byte[] bytes = [.. new byte[32], 4, .. new byte[64], 4, 7];
        Assert.Equal(
            ScaleFault.UnknownVariant, Assert.Throws<ScaleException>(() => BlockHeader.Decode(bytes)).Fault);
    }

    [Fact]
    public void Any_bytes_are_refused_or_written_again_the_same()
    {
        Gen.Select(Gen.Byte[0, 12].Array[0, 60], Gen.Byte.Array[32, 32]).Sample(
            sample =>
            {
                byte[] bytes = [.. sample.Item2, 4, .. sample.Item2, .. sample.Item2, .. sample.Item1];
                try
                {
                    Assert.Equal(bytes, BlockHeader.Decode(bytes).Encode());
                }
                catch (ScaleException)
                {
                    // Refused, as most bytes are.
                }
            },
            iter: 10_000);
    }

    private static IEnumerable<(string Hash, BlockHeader Header)> RecordedHeaders() =>
        from @group in Runtimes.Recordings.EnumerateObject()
        from method in @group.Value.EnumerateObject()
        where method.Name == "chain_getHeader"
        from reply in method.Value.EnumerateObject()
        let hash = JsonDocument.Parse(reply.Name).RootElement[0]
        where hash.ValueKind == JsonValueKind.String
        select (hash.GetString()!, Parse(reply.Value.GetProperty("result")));

    private static BlockHeader Parse(JsonElement header) => new(
        ParseHash(header.Text("parentHash")),
        uint.Parse(header.Text("number")[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        ParseHash(header.Text("stateRoot")),
        ParseHash(header.Text("extrinsicsRoot")),
        [.. header.GetProperty("digest").GetProperty("logs").EnumerateArray().Select(ParseNote)]);

    private static DigestItem ParseNote(JsonElement note)
    {
        var reader = new ScaleReader(Convert.FromHexString(note.GetString()![2..]));
        var item = DigestItem.Read(ref reader);
        reader.RequireEnd();
        return item;
    }

    private static Hash256 ParseHash(string text) =>
        Hash256.TryParse(text, out var hash) ? hash : throw new FormatException(text);
}
