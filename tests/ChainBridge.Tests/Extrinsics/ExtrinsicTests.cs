using System.Text.Json;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Tests.Metadata;
using Gateway.ChainBridge.Tests.Vectors;

namespace Gateway.ChainBridge.Tests.Extrinsics;

public sealed class ExtrinsicTests
{
    private static readonly JsonElement Section = KeyVectors.Section("extrinsics_spec224");

    private static readonly RuntimeContext Context = new(
        Runtimes.Spec224,
        ParseHash(Section.Text("genesis")),
        Section.GetProperty("spec").GetUInt32(),
        Section.GetProperty("tx_version").GetUInt32());

    public static TheoryData<int> Known => [0, 1, 2];

    public static TheoryData<string, string> Calls =>
        [.. KeyVectors.Section("calls_spec224").EnumerateObject().Select(one => (one.Name, one.Value.GetString()!))];

    [Theory]
    [MemberData(nameof(Known))]
    public void Call_and_payload_are_those_of_polkadot_js(int item)
    {
        var known = Section.GetProperty("items")[item];
        var call = CallOf(item);
        var terms = TermsOf(known);

        var bytes = Context.Metadata.Types.Encode(Context.Metadata.Extrinsic.Call, call);
        var extra = ExtensionBytes.Extra(Context.Metadata, terms);
        var additional = ExtensionBytes.Additional(Context, terms);

        Assert.Equal(known.Text("call"), Convert.ToHexStringLower(bytes));
        Assert.Equal(known.Text("payload"), Convert.ToHexStringLower([.. bytes, .. extra, .. additional]));
        Assert.Equal(
            known.Text("signed_bytes"), Convert.ToHexStringLower(SigningPayload.Of(bytes, extra, additional)));
    }

    [Theory]
    [MemberData(nameof(Known))]
    public void A_transaction_signed_by_polkadot_js_is_read_and_its_signature_holds(int item)
    {
        var known = Section.GetProperty("items")[item];
        var terms = TermsOf(known);
        using var alice = Sr25519Keypair.FromUri("//Alice");

        var read = ExtrinsicReader.Decode(Context.Metadata, known.Hex("extrinsic"));

        Assert.Equal($"0x{known.Text("hash")}", read.Hash.ToString());
        Assert.Equal(CallOf(item), read.RuntimeCall);
        Assert.NotNull(read.Signed);
        Assert.Equal(alice.PublicKey, read.Signed.Account.Span);
        Assert.Equal((terms.Nonce, terms.Tip, terms.Era), (read.Signed.Nonce, read.Signed.Tip, read.Signed.Era));
        Assert.True(read.Signed.IsSignatureOf(known.Hex("signed_bytes")));
        Assert.False(read.Signed.IsSignatureOf(known.Hex("call")));
    }

    [Theory]
    [MemberData(nameof(Known))]
    public void A_transaction_of_ours_differs_from_polkadot_js_only_in_the_signature(int item)
    {
        var known = Section.GetProperty("items")[item];
        using var alice = Sr25519Keypair.FromUri("//Alice");

        var made = ExtrinsicSigner.Sign(Context, CallOf(item), TermsOf(known), alice);

        var theirs = known.Hex("extrinsic");
        Assert.Equal(WithoutSignature(theirs), WithoutSignature(made.Bytes.ToArray()));
        Assert.Equal(Hash256.Of(made.Bytes.Span), made.Hash);
        var read = ExtrinsicReader.Decode(Context.Metadata, made.Bytes.Span);
        Assert.True(read.Signed!.IsSignatureOf(known.Hex("signed_bytes")));
    }

    [Fact]
    public void An_Ed25519_key_signs_too()
    {
        using var pair = Ed25519Keypair.FromSeed(new byte[32]);
        var terms = TransactionTerms.Immortal(7);

        var made = ExtrinsicSigner.Sign(Context, CallOf(0), terms, pair);

        var read = ExtrinsicReader.Decode(Context.Metadata, made.Bytes.Span);
        Assert.Equal("Ed25519", read.Signed!.Signature.CaseName);
        Assert.True(read.Signed.IsSignatureOf(SigningPayload.Of(
            read.CallBytes.Span, read.Signed.ExtraBytes.Span, ExtensionBytes.Additional(Context, terms))));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void Calls_are_those_of_polkadot_js(string name, string hex)
    {
        var call = NamedCall(name);
        Assert.Equal(
            hex,
            $"0x{Convert.ToHexStringLower(Context.Metadata.Types.Encode(Context.Metadata.Extrinsic.Call, call))}");
    }

    [Fact]
    public void Spec_219_takes_other_arguments()
    {
        var metadata = Runtimes.Spec219;
        var call = RuntimeCall.Of(
            metadata, "SubtensorModule", "add_stake",
            ("hotkey", Account("//Bob")), ("amount_staked", ScaleValue.Of(5_000_000_000)));
        Assert.Equal(
            KeyVectors.Section("calls_spec219").Text("add_stake_5_TAO_to_Bob"),
            $"0x{Convert.ToHexStringLower(metadata.Types.Encode(metadata.Extrinsic.Call, call))}");
    }

    [Fact]
    public void A_call_with_other_arguments_than_the_runtimes_is_drift() => Assert.Throws<RuntimeDriftException>(
        () => RuntimeCall.Of(
            Runtimes.Spec224, "SubtensorModule", "add_stake",
            ("hotkey", Account("//Bob")), ("amount_staked", ScaleValue.Of(5u))));

    [Fact]
    public void An_extension_with_content_nobody_taught_us_is_not_signed()
    {
        var types = Runtimes.Spec224.Types;
        var u32 = Enumerable.Range(0, types.Types.Length).First(id => types.FindInteger(id) == ScalePrimitive.U32);
        var empty = Runtimes.Spec224.Extrinsic.Extensions.First(one => one.Name == "CheckNonZeroSender").Extra;
        using var alice = Sr25519Keypair.FromUri("//Alice");

        void Sign(ExtrinsicExtension added) =>
            ExtrinsicSigner.Sign(With(added), CallOf(0), TransactionTerms.Immortal(0), alice);

        Sign(new ExtrinsicExtension("Harmless", empty, empty));
        Assert.Contains(
            "Said", Assert.Throws<RuntimeDriftException>(() => Sign(new("Said", u32, empty))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Meant", Assert.Throws<RuntimeDriftException>(() => Sign(new("Meant", empty, u32))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_transaction_with_a_byte_more_or_less_is_refused()
    {
        var bytes = Section.GetProperty("items")[0].Hex("extrinsic");
        Assert.Throws<ScaleException>(() => ExtrinsicReader.Decode(Context.Metadata, [.. bytes, 0]));
        Assert.Throws<ScaleException>(() => ExtrinsicReader.Decode(Context.Metadata, bytes.AsSpan()[..^1]));
    }

    private static RuntimeContext With(ExtrinsicExtension added)
    {
        var metadata = Context.Metadata;
        var extrinsic = metadata.Extrinsic with { Extensions = metadata.Extrinsic.Extensions.Add(added) };
        return Context with
        {
            Metadata = new RuntimeMetadata(
                metadata.Version, metadata.Types, metadata.Pallets, extrinsic, metadata.Runtime, metadata.Apis),
        };
    }

    // Length (2), format, address (33), signature scheme, then 64 bytes of signature.
    private static byte[] WithoutSignature(byte[] bytes) => [.. bytes[..37], .. bytes[101..]];

    private static TransactionTerms TermsOf(JsonElement known)
    {
        var reader = new ScaleReader(known.Hex("era"));
        return new TransactionTerms(
            known.GetProperty("nonce").GetUInt32(),
            Era.Read(ref reader),
            ParseHash(Section.Text("mortal_block_hash")),
            known.GetProperty("tip").GetUInt32());
    }

    private static ScaleValue.Case CallOf(int item) => item switch
    {
        0 => RuntimeCall.Of(
            Context.Metadata, "Balances", "transfer_keep_alive",
            ("dest", RuntimeCall.AddressOf(Account("//Bob").ToBytes().Span)),
            ("value", ScaleValue.Of(1_000_000_000))),
        1 => RuntimeCall.Of(
            Context.Metadata, "SubtensorModule", "add_stake",
            ("hotkey", Account("//Bob")), ("netuid", ScaleValue.Of(1u)),
            ("amount_staked", ScaleValue.Of(5_000_000_000))),
        _ => RuntimeCall.Of(
            Context.Metadata, "Utility", "batch_all",
            ("calls", new ScaleValue.List([.. Enumerable.Range(0, 6).Select(Sweep)]))),
    };

    private static ScaleValue Sweep(int index) => RuntimeCall.Of(
        Context.Metadata, "Utility", "as_derivative",
        ("index", ScaleValue.Of((uint)index)),
        ("call", RuntimeCall.Of(
            Context.Metadata, "Balances", "transfer_all",
            ("dest", RuntimeCall.AddressOf(Account("//Charlie").ToBytes().Span)),
            ("keep_alive", ScaleValue.Of(false)))));

    private static ScaleValue.Case NamedCall(string name) => name switch
    {
        "serve_axon" => RuntimeCall.Of(
            Context.Metadata, "SubtensorModule", "serve_axon",
            ("netuid", ScaleValue.Of(1u)), ("version", ScaleValue.Of(1000u)), ("ip", ScaleValue.Of(16909060u)),
            ("port", ScaleValue.Of(8091u)), ("ip_type", ScaleValue.Of(4u)), ("protocol", ScaleValue.Of(4u)),
            ("placeholder1", ScaleValue.Of(0u)), ("placeholder2", ScaleValue.Of(0u))),
        "set_weights" => RuntimeCall.Of(
            Context.Metadata, "SubtensorModule", "set_weights",
            ("netuid", ScaleValue.Of(1u)), ("dests", ScaleValue.ListOf(ScaleValue.Of(0u), ScaleValue.Of(1u))),
            ("weights", ScaleValue.ListOf(ScaleValue.Of(65535u), ScaleValue.Of(32768u))),
            ("version_key", ScaleValue.Of(0u))),
        "remove_stake" => RuntimeCall.Of(
            Context.Metadata, "SubtensorModule", "remove_stake",
            ("hotkey", Account("//Bob")), ("netuid", ScaleValue.Of(1u)), ("amount_unstaked", ScaleValue.Of(5u))),
        "remark_00" => RuntimeCall.Of(Context.Metadata, "System", "remark", ("remark", ScaleValue.Of([0]))),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such vector."),
    };

    private static ScaleValue.Bytes Account(string uri)
    {
        using var pair = Sr25519Keypair.FromUri(uri);
        return ScaleValue.Of(pair.PublicKey);
    }

    private static Hash256 ParseHash(string text) =>
        Hash256.TryParse(text, out var hash) ? hash : throw new FormatException(text);
}
