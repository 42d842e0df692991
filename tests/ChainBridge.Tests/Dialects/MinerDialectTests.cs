using System.Security.Cryptography;
using System.Text;
using Gateway.ChainBridge.Keys;
using Gateway.Core;

namespace Gateway.ChainBridge.Tests.Dialects;

/// <summary>Each dialect's headers and signed text, spelt out as its source builds them.</summary>
public sealed class MinerDialectTests : IDisposable
{
    private const string BobText = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

    // Computed by CPython's hashlib over str() of roles, messages and n.
    private const string SynapseHash = "30b1cd75614a9f8bf26e45c1c2ea36e882f82c20f3a9baf2cf42afd088197149";
    private const string EmptyHash = "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes(
        """{"roles":["user","it's"],"messages":["hi é"],"n":3,"timeout":12.5}""");

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_732_290_001_234);
    private static readonly MinerCall Call = new(
        new Hotkey(BobText),
        new Uri("http://203.0.113.9:8091"),
        Now,
        new Guid("0193549e-8f3a-7c11-9d60-3f1c5a0b7e21"))
    {
        Synapse = "Prompting",
        HashedFields = ["roles", "messages", "n"],
    };

    private static readonly string BodyHash = Convert.ToHexStringLower(SHA256.HashData(Body));

    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-keys-").FullName;
    private readonly KeyRing _keys;

    public MinerDialectTests() => _keys = KeyRing.Generate(Path.Combine(_folder, "request-hotkey"));

    private string Sender => _keys.RequestHotkey.Ss58;

    public void Dispose()
    {
        _keys.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Epistula_2_is_the_one_that_is_signed_for_the_receiver()
    {
        var headers = Sign(MinerDialect.EpistulaV2);
        AssertSigned(
            $"{BodyHash}.{headers["Epistula-Uuid"]}.1732290001234.{BobText}", headers["Epistula-Request-Signature"]);
    }

    [Fact]
    public void Apex_signs_no_id_but_names_one()
    {
        var headers = Sign(MinerDialect.EpistulaApex);
        AssertSigned($"{BodyHash}.1732290001234.{BobText}", headers["Epistula-Request-Signature"]);
        AssertSigned($"1732290010000.0.{BobText}", headers["Epistula-Secret-Signature-1"]);
        Assert.Equal(Call.Uuid.ToString(), headers["X-Request-Id"]);
        Assert.DoesNotContain("Epistula-Uuid", headers.Keys);
        Assert.Equal((Sender, BobText), (headers["Epistula-Signed-By"], headers["Epistula-Signed-For"]));
    }

    [Fact]
    public void Chutes_signs_receiver_sender_seconds_and_body_without_a_hex_mark()
    {
        var headers = Sign(MinerDialect.Chutes);
        Assert.Equal(
            (Sender, BobText, "1732290001"),
            (headers["X-Chutes-Validator"], headers["X-Chutes-Miner"], headers["X-Chutes-Nonce"]));
        AssertSigned($"{BobText}:{Sender}:1732290001:{BodyHash}", $"0x{headers["X-Chutes-Signature"]}");
    }

    [Fact]
    public void Fiber_signs_nonce_receiver_and_body()
    {
        var headers = Sign(MinerDialect.Fiber);
        Assert.Equal((Sender, BobText), (headers["validator-hotkey"], headers["miner-hotkey"]));
        Assert.Equal("1732290001234000000_1c5a0b7e21", headers["nonce"]);
        AssertSigned($"{headers["nonce"]}:{BobText}:{BodyHash}", headers["signature"]);
    }

    [Fact]
    public void Dendrite_signs_the_hash_of_the_fields_that_its_Synapse_hashes()
    {
        var headers = Sign(MinerDialect.Dendrite);
        Assert.Equal(("Prompting", "12.0"), (headers["name"], headers["timeout"]));
        Assert.Equal(
            ("203.0.113.9", "8091", BobText),
            (headers["bt_header_axon_ip"], headers["bt_header_axon_port"], headers["bt_header_axon_hotkey"]));
        Assert.Equal(SynapseHash, headers["computed_body_hash"]);
        AssertSigned(
            $"1732290001234000000.{Sender}.{BobText}.{Call.Uuid}.{SynapseHash}",
            headers["bt_header_dendrite_signature"]);
    }

    [Fact]
    public void A_Synapses_hash_goes_by_the_order_of_its_own_list()
    {
        var other = Sign(MinerDialect.Dendrite, Call with { HashedFields = ["n", "messages", "roles"] });
        Assert.NotEqual(SynapseHash, other["computed_body_hash"]);
        Assert.Throws<ArgumentException>(
            () => Sign(MinerDialect.Dendrite, Call with { HashedFields = ["absent"] }));
    }

    [Fact]
    public void Fiber_under_a_key_signs_the_keys_name_and_names_it()
    {
        var id = new string('a', 64);
        var headers = Sign(MinerDialect.FiberSealed, Call with { KeyId = id });
        Assert.Equal((id, Sender, BobText),
            (headers["symmetric-key-uuid"], headers["validator-hotkey"], headers["miner-hotkey"]));
        AssertSigned($"{headers["nonce"]}:{BobText}:{id}", headers["signature"]);
        Assert.Throws<ArgumentException>(() => Sign(MinerDialect.FiberSealed));
    }

    [Fact]
    public void A_dendrites_nonces_rise_under_one_id_even_when_the_clock_does_not()
    {
        var first = Sign(MinerDialect.Dendrite);
        var second = Sign(MinerDialect.Dendrite, Call with { Uuid = Guid.CreateVersion7(Now), Now = Now.AddHours(-1) });

        Assert.Equal(first["bt_header_dendrite_uuid"], second["bt_header_dendrite_uuid"]);
        Assert.Equal("1732290001234000001", second["bt_header_dendrite_nonce"]);
    }

    [Fact]
    public void A_Synapse_that_hashes_nothing_has_the_hash_of_nothing() => Assert.Equal(
        EmptyHash, Sign(MinerDialect.Dendrite, Call with { HashedFields = [] })["computed_body_hash"]);

    [Fact]
    public void A_dendrite_does_not_sign_what_Python_would_print_otherwise()
    {
        Assert.Throws<ArgumentException>(
            () => Sign(MinerDialect.Dendrite, Call with { HashedFields = ["timeout"] }));
        Assert.Throws<ArgumentException>(() => _keys.Sign(MinerDialect.Dendrite, "[1]"u8.ToArray(), Call));
    }

    [Theory]
    [InlineData(MinerDialect.EpistulaV2)]
    [InlineData(MinerDialect.EpistulaApex)]
    [InlineData(MinerDialect.Dendrite)]
    [InlineData(MinerDialect.Fiber)]
    [InlineData(MinerDialect.Chutes)]
    public void Nothing_is_signed_for_a_receiver_that_is_no_address_and_no_value_breaks_a_header(MinerDialect dialect)
    {
        Assert.Throws<ArgumentException>(() => Sign(dialect, Call with { Receiver = new Hotkey(BobText[..^1] + "x") }));
        Assert.All(Sign(dialect).Values, value => Assert.True(value.All(letter => letter is > ' ' and <= '~')));
    }

    private Dictionary<string, string> Sign(MinerDialect dialect, MinerCall? call = null) =>
        new(_keys.Sign(dialect, Body, call ?? Call).Pairs);

    private void AssertSigned(string text, string signature)
    {
        Span<byte> key = stackalloc byte[32];
        Assert.True(Ss58.TryDecode(Sender, key));
        Assert.StartsWith("0x", signature, StringComparison.Ordinal);
        Assert.True(Sr25519.Verify(key, Encoding.UTF8.GetBytes(text), Convert.FromHexString(signature[2..])));
    }
}
