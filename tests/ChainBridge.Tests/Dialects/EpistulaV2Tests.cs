using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Gateway.ChainBridge.Dialects;
using Gateway.ChainBridge.Keys;
using Gateway.Core;

namespace Gateway.ChainBridge.Tests.Dialects;

public sealed class EpistulaV2Tests : IDisposable
{
    private const string AliceText = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
    private const string BobText = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
    private static readonly Hotkey Alice = new(AliceText);
    private static readonly Hotkey Bob = new(BobText);
    private static readonly byte[] Body = """{"model":"llama","stream":true}"""u8.ToArray();
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_732_290_001_234);
    private static readonly Guid Id = new("0193549e-8f3a-7c11-9d60-3f1c5a0b7e21");

    private readonly Sr25519Keypair _key = Sr25519Keypair.FromUri("//Alice");
    private readonly EpistulaSigner _signer;

    public EpistulaV2Tests() => _signer = new EpistulaSigner(_key, Alice);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void The_headers_are_those_of_the_protocol_with_their_values()
    {
        var headers = Sign(Bob);
        Assert.Equal(
            [
                "Epistula-Request-Signature", "Epistula-Secret-Signature-0", "Epistula-Secret-Signature-1",
                "Epistula-Secret-Signature-2", "Epistula-Signed-By", "Epistula-Signed-For", "Epistula-Timestamp",
                "Epistula-Uuid", "Epistula-Version",
            ],
            headers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("2", headers["Epistula-Version"]);
        Assert.Equal("1732290001234", headers["Epistula-Timestamp"]);
        Assert.Equal("0193549e-8f3a-7c11-9d60-3f1c5a0b7e21", headers["Epistula-Uuid"]);
        Assert.Equal(Alice.Ss58, headers["Epistula-Signed-By"]);
        Assert.Equal(Bob.Ss58, headers["Epistula-Signed-For"]);
    }

    // The texts are spelt out as epistula.py builds them, not made by the code under test.
    [Fact]
    public void The_signatures_are_over_the_protocols_texts()
    {
        var headers = Sign(Bob);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Body));
        AssertSigned(
            $"{hash}.0193549e-8f3a-7c11-9d60-3f1c5a0b7e21.1732290001234.{Bob}",
            headers["Epistula-Request-Signature"]);
        AssertSigned($"1732290009999.0.{Bob}", headers["Epistula-Secret-Signature-0"]);
        AssertSigned($"1732290010000.0.{Bob}", headers["Epistula-Secret-Signature-1"]);
        AssertSigned($"1732290010001.0.{Bob}", headers["Epistula-Secret-Signature-2"]);
    }

    [Fact]
    public void A_request_for_whoever_receives_it_signs_an_empty_receiver_and_no_secrets()
    {
        var headers = Sign(signedFor: null);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Body));
        Assert.Equal(5, headers.Count);
        AssertSigned(
            $"{hash}.0193549e-8f3a-7c11-9d60-3f1c5a0b7e21.1732290001234.", headers["Epistula-Request-Signature"]);
        Assert.Equal(EpistulaFault.Receiver, Verify(headers, Body, Bob, Now).Fault);
    }

    // ceil(ms / 1e4) * 1e4
    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(9_999, 10_000)]
    [InlineData(10_000, 10_000)]
    [InlineData(10_001, 20_000)]
    [InlineData(1_732_290_000_000, 1_732_290_000_000)]
    [InlineData(1_732_290_000_001, 1_732_290_010_000)]
    public void An_interval_ends_at_the_next_multiple_of_ten_seconds(long milliseconds, long expected) =>
        Assert.Equal(expected, EpistulaV2.IntervalEnd(milliseconds));

    [Fact]
    public void A_genuine_request_is_accepted_and_names_sender_and_id()
    {
        var check = Verify(Sign(Bob), Body, Bob, Now.AddMilliseconds(20));
        Assert.Equal(new EpistulaCheck(EpistulaFault.None, Alice, Id.ToString("D")), check);
        Assert.True(EpistulaV2.VerifySecrets(Sign(Bob).GetValueOrDefault));
    }

    [Fact]
    public void Any_body_time_and_id_is_accepted_by_the_receiver_it_was_signed_for() =>
        Gen.Select(Gen.Byte.Array[0, 500], Gen.Long[1, 4_000_000_000_000], Gen.Guid).Sample(
            (body, milliseconds, id) =>
            {
                var now = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
                var headers = Headers(_signer.Sign(body, Bob, now, id));
                Assert.Equal(EpistulaFault.None, Verify(headers, body, Bob, now).Fault);
                Assert.True(EpistulaV2.VerifySecrets(headers.GetValueOrDefault));
            },
            iter: 60);

    [Theory]
    [InlineData("Epistula-Version", "1", nameof(EpistulaFault.Version))]
    [InlineData("Epistula-Version", "2,2", nameof(EpistulaFault.Version))]
    [InlineData("Epistula-Version", null, nameof(EpistulaFault.Version))]
    [InlineData("Epistula-Timestamp", "1732290001235", nameof(EpistulaFault.Signature))]
    [InlineData("Epistula-Timestamp", "01732290001234", nameof(EpistulaFault.Malformed))]
    [InlineData("Epistula-Timestamp", "+1732290001234", nameof(EpistulaFault.Malformed))]
    [InlineData("Epistula-Timestamp", "1732290001234.0", nameof(EpistulaFault.Malformed))]
    [InlineData("Epistula-Timestamp", "99999999999999999999", nameof(EpistulaFault.Malformed))]
    [InlineData("Epistula-Timestamp", "", nameof(EpistulaFault.Malformed))]
    [InlineData("Epistula-Timestamp", null, nameof(EpistulaFault.Malformed))]
    [InlineData("Epistula-Uuid", "0193549e-8f3a-7c11-9d60-3f1c5a0b7e22", nameof(EpistulaFault.Signature))]
    [InlineData("Epistula-Uuid", "0193549E-8F3A-7C11-9D60-3F1C5A0B7E21", nameof(EpistulaFault.Signature))]
    [InlineData("Epistula-Uuid", "again", nameof(EpistulaFault.Malformed))]
    [InlineData("Epistula-Uuid", null, nameof(EpistulaFault.Malformed))]
    [InlineData("Epistula-Signed-By", BobText, nameof(EpistulaFault.Signature))]
    [InlineData("Epistula-Signed-By", "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5", nameof(EpistulaFault.Sender))]
    [InlineData("Epistula-Signed-By", null, nameof(EpistulaFault.Sender))]
    [InlineData("Epistula-Signed-For", AliceText, nameof(EpistulaFault.Receiver))]
    [InlineData("Epistula-Signed-For", "", nameof(EpistulaFault.Receiver))]
    [InlineData("Epistula-Signed-For", null, nameof(EpistulaFault.Receiver))]
    [InlineData("Epistula-Request-Signature", "0x00", nameof(EpistulaFault.Signature))]
    [InlineData("Epistula-Request-Signature", null, nameof(EpistulaFault.Signature))]
    public void An_altered_header_is_refused_by_name(string name, string? value, string expected)
    {
        var headers = Sign(Bob);
        if (value is null)
        {
            headers.Remove(name);
        }
        else
        {
            headers[name] = value;
        }

        Assert.Equal(new EpistulaCheck(Enum.Parse<EpistulaFault>(expected)), Verify(headers, Body, Bob, Now));
    }

    [Fact]
    public void Any_altered_digit_of_the_request_signature_is_refused()
    {
        var headers = Sign(Bob);
        var genuine = headers["Epistula-Request-Signature"];
        Gen.Int[0, genuine.Length - 1].Sample(
            index =>
            {
                var altered = new Dictionary<string, string>(headers)
                {
                    ["Epistula-Request-Signature"] = Altered(genuine, index),
                };
                Assert.Equal(EpistulaFault.Signature, Verify(altered, Body, Bob, Now).Fault);
            },
            iter: 100);
    }

    [Theory]
    [InlineData("Epistula-Secret-Signature-0")]
    [InlineData("Epistula-Secret-Signature-1")]
    [InlineData("Epistula-Secret-Signature-2")]
    public void An_altered_secret_signature_is_refused(string name)
    {
        var headers = Sign(Bob);
        headers[name] = Altered(headers[name], index: 20);
        Assert.False(EpistulaV2.VerifySecrets(headers.GetValueOrDefault));
        headers.Remove(name);
        Assert.False(EpistulaV2.VerifySecrets(headers.GetValueOrDefault));
    }

    [Fact]
    public void Secret_signatures_do_not_pass_for_one_another()
    {
        var headers = Sign(Bob);
        (headers["Epistula-Secret-Signature-0"], headers["Epistula-Secret-Signature-2"]) =
            (headers["Epistula-Secret-Signature-2"], headers["Epistula-Secret-Signature-0"]);
        Assert.False(EpistulaV2.VerifySecrets(headers.GetValueOrDefault));
    }

    [Fact]
    public void Another_body_is_refused()
    {
        byte[][] others = [[], [.. Body, (byte)' '], [(byte)' ', .. Body], Body[..^1]];
        Assert.All(others, body => Assert.Equal(EpistulaFault.Signature, Verify(Sign(Bob), body, Bob, Now).Fault));
    }

    [Fact]
    public void A_request_meant_for_another_miner_is_refused() =>
        Assert.Equal(EpistulaFault.Receiver, Verify(Sign(Bob), Body, Alice, Now).Fault);

    [Theory]
    [InlineData(8_000, nameof(EpistulaFault.None))]
    [InlineData(8_001, nameof(EpistulaFault.Stale))]
    [InlineData(-8_000, nameof(EpistulaFault.None))]
    [InlineData(-8_001, nameof(EpistulaFault.Stale))]
    [InlineData(3_600_000, nameof(EpistulaFault.Stale))]
    public void A_request_lives_eight_seconds(int ageMilliseconds, string expected) =>
        Assert.Equal(expected, Verify(Sign(Bob), Body, Bob, Now.AddMilliseconds(ageMilliseconds)).Fault.ToString());

    [Fact]
    public void Secret_signatures_are_made_once_per_interval_and_receiver_and_request_signatures_always()
    {
        var (first, second) = (Sign(Bob), Sign(Bob, Now.AddSeconds(8)));
        var (later, other) = (Sign(Bob, Now.AddSeconds(9)), Sign(Alice));

        Assert.Equal(first["Epistula-Secret-Signature-1"], second["Epistula-Secret-Signature-1"]);
        Assert.NotEqual(first["Epistula-Request-Signature"], second["Epistula-Request-Signature"]);
        Assert.NotEqual(first["Epistula-Secret-Signature-1"], later["Epistula-Secret-Signature-1"]);
        Assert.NotEqual(first["Epistula-Secret-Signature-1"], other["Epistula-Secret-Signature-1"]);
        AssertSigned($"1732290020000.0.{Bob}", later["Epistula-Secret-Signature-1"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("miner")]
    [InlineData(BobText + "\r\nX-Injected: 1")]
    [InlineData("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5")]
    public void A_receiver_that_is_no_address_is_never_signed_for(string? receiver) =>
        Assert.Throws<ArgumentException>(() => _signer.Sign(Body, new Hotkey(receiver!), Now, Id));

    [Fact]
    public void A_time_before_1970_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _signer.Sign(Body, Bob, DateTimeOffset.UnixEpoch, Id));

    private Dictionary<string, string> Sign(Hotkey? signedFor, DateTimeOffset? now = null) =>
        Headers(_signer.Sign(Body, signedFor, now ?? Now, Id));

    private static Dictionary<string, string> Headers(SignedHeaders headers) => new(headers.Pairs);

    private static EpistulaCheck Verify(
        Dictionary<string, string> headers, byte[] body, Hotkey receiver, DateTimeOffset now) =>
        EpistulaV2.Verify(headers.GetValueOrDefault, body, receiver, now);

    private void AssertSigned(string text, string signature)
    {
        Assert.StartsWith("0x", signature, StringComparison.Ordinal);
        Assert.Equal(signature.ToLower(CultureInfo.InvariantCulture), signature);
        Assert.True(
            Sr25519.Verify(_key.PublicKey, Encoding.UTF8.GetBytes(text), Convert.FromHexString(signature[2..])),
            $"not signed: {text}");
    }

    private static string Altered(string text, int index) =>
        text.Remove(index, 1).Insert(index, text[index] == '1' ? "2" : "1");
}
