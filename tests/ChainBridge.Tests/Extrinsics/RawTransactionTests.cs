using System.Text.Json;
using CsCheck;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Tests.Metadata;
using Gateway.ChainBridge.Tests.Vectors;

namespace Gateway.ChainBridge.Tests.Extrinsics;

/// <summary>Transactions that others made and signed.</summary>
public sealed class RawTransactionTests
{
    private static readonly JsonElement Section = KeyVectors.Section("raw_transactions");

    public static TheoryData<int> All => [.. Enumerable.Range(0, Section.GetArrayLength())];

    [Theory]
    [MemberData(nameof(All))]
    public void A_foreign_transaction_says_what_its_makers_meant(int item)
    {
        var known = Section[item];

        var read = ExtrinsicReader.Decode(Runtimes.Spec224, known.Hex("extrinsic"));

        Assert.Equal($"0x{known.Text("hash")}", read.Hash.ToString());
        Assert.Equal(known.Text("call") + known.Text("arguments"), $"{read.Pallet}.{read.Call}");
        Assert.Equal(known.Text("scheme"), read.Signed!.Signature.CaseName);
        Assert.Equal(known.GetProperty("nonce").GetUInt32(), read.Signed.Nonce);
        Assert.Equal((UInt128)0, read.Signed.Tip);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_foreign_transaction_is_written_again_the_same(int item)
    {
        var metadata = Runtimes.Spec224;
        var bytes = Section[item].Hex("extrinsic");
        var read = ExtrinsicReader.Decode(metadata, bytes);

        byte[] again =
        [
            0x84,
            .. metadata.Types.Encode(metadata.Extrinsic.Address, read.Signed!.Address),
            .. metadata.Types.Encode(metadata.Extrinsic.Signature, read.Signed.Signature),
            .. metadata.Extrinsic.Extensions.Zip(read.Signed.Extensions).SelectMany(
                pair => metadata.Types.Encode(pair.First.Extra, pair.Second.Value)),
            .. metadata.Types.Encode(metadata.Extrinsic.Call, read.RuntimeCall),
        ];

        // The length in front has two bytes here.
        Assert.Equal(bytes.Skip(2), again);
    }

    /// <summary>The runtime was 233 then; its extensions and the call are those of 224.</summary>
    [Fact]
    public void A_signature_from_the_testnet_holds_for_the_payload_we_build()
    {
        var known = Section.EnumerateArray().Single(one => one.TryGetProperty("signed_bytes", out _));
        var read = ExtrinsicReader.Decode(Runtimes.Spec224, known.Hex("extrinsic"));
        _ = Hash256.TryParse("0x8f9cf856bf558a14440e75569c9e58594757048d7b3a84b5d25f6bd978263105", out var genesis);
        _ = Hash256.TryParse("0x3204195c92731d5cbb321f1c9d2044a32a33ab7749231d3f2f940dcb032623f0", out var birth);

        var additional = ExtensionBytes.Additional(
            new RuntimeContext(Runtimes.Spec224, genesis, 233, 1),
            new TransactionTerms(read.Signed!.Nonce, read.Signed.Era, birth));
        var payload = SigningPayload.Of(read.CallBytes.Span, read.Signed.ExtraBytes.Span, additional);

        Assert.Equal(known.Hex("signed_bytes"), payload);
        Assert.True(read.Signed.IsSignatureOf(payload));
    }

    [Fact]
    public void A_damaged_transaction_is_refused_or_another_one()
    {
        Gen.Select(Gen.Int[0, Section.GetArrayLength() - 1], Gen.Int[0, 400], Gen.Byte).Sample(
            sample =>
            {
                var bytes = Section[sample.Item1].Hex("extrinsic");
                var at = sample.Item2 % bytes.Length;
                var isDamaged = bytes[at] != sample.Item3;
                bytes[at] = sample.Item3;
                try
                {
                    var read = ExtrinsicReader.Decode(Runtimes.Spec224, bytes);
                    Assert.Equal(isDamaged, $"0x{Section[sample.Item1].Text("hash")}" != read.Hash.ToString());
                }
                catch (ScaleException)
                {
                    Assert.True(isDamaged);
                }
            },
            iter: 10_000);
    }
}
