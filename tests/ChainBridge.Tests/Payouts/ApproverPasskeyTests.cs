using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gateway.ChainBridge.Payouts;
using Gateway.Core;

namespace Gateway.ChainBridge.Tests.Payouts;

/// <summary>The signer takes a passkey's word for exactly one payment, given by a person, at the portal's name.
/// </summary>
public sealed class ApproverPasskeyTests : IDisposable
{
    private const string Name = "portal.example";

    private static readonly PayoutOrder Order = new()
    {
        Id = "pay_1",
        Kind = OrderKind.Refund,
        Destination = "5A",
        Amount = new Rao(7),
        Credit = default,
        RequestedBy = "x",
        Parts = [],
    };

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private string Passkey => $"{ApproverPasskey.Prefix}{Name}:{Base64Url.EncodeToString(Cose())}";

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Its_assertion_of_the_payment_counts() =>
        Assert.True(PayoutChallenge.IsProof(Order, Passkey, Proof()));

    [Fact]
    public void The_same_assertion_for_another_amount_does_not() =>
        Assert.False(PayoutChallenge.IsProof(Order with { Amount = new Rao(8) }, Passkey, Proof()));

    [Theory]
    [InlineData("webauthn.create", "https://portal.example", Name, 5, false)]
    [InlineData("webauthn.get", "https://evil.example", Name, 5, false)]
    [InlineData("webauthn.get", "https://portal.example", "evil.example", 5, false)]
    [InlineData("webauthn.get", "https://portal.example", Name, 1, false)]
    [InlineData("webauthn.get", "https://portal.example", Name, 4, false)]
    [InlineData("webauthn.get", "https://portal.example", Name, 5, true)]
    public void Nothing_but_a_verified_person_at_the_portals_own_page_counts(
        string type, string origin, string name, byte flags, bool isCross) =>
        Assert.False(PayoutChallenge.IsProof(Order, Passkey, Proof(type, origin, name, flags, isCross)));

    [Fact]
    public void Every_flipped_bit_of_the_signature_and_of_what_it_covers_is_seen()
    {
        var proof = Proof();
        var passkey = Passkey;
        for (var i = 0; i < proof.Length; i++)
        {
            var flipped = proof[..i] + (proof[i] == 'A' ? 'B' : 'A') + proof[(i + 1)..];
            Assert.False(
                PayoutChallenge.IsProof(Order, passkey, flipped) && !IsUnused(proof, i), $"{i}: {flipped}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"authenticatorData":null,"clientDataJSON":"e30","signature":""}""")]
    [InlineData("0x00")]
    public void Nonsense_is_no_proof(string proof) => Assert.False(PayoutChallenge.IsProof(Order, Passkey, proof));

    [Theory]
    [InlineData("passkey:")]
    [InlineData("passkey:name:AAAA")]
    [InlineData("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY")]
    public void Other_texts_are_no_passkey(string text) => Assert.False(ApproverPasskey.IsOne(text));

    // The last letter of a base64url text may hold bits that belong to no byte; a strict reader refuses them too.
    private static bool IsUnused(string proof, int place) => proof[place + 1] == '"';

    private string Proof(
        string type = "webauthn.get", string origin = "https://portal.example", string name = Name, byte flags = 5,
        bool isCross = false)
    {
        var challenge = Base64Url.EncodeToString(Convert.FromHexString(PayoutChallenge.Of(Order)));
        var cross = isCross ? "true" : "false";
        var client = Encoding.UTF8.GetBytes(
            $$"""{"type":"{{type}}","challenge":"{{challenge}}","origin":"{{origin}}","crossOrigin":{{cross}}}""");
        byte[] data = [.. SHA256.HashData(Encoding.UTF8.GetBytes(name)), flags, 0, 0, 0, 1];
        var signature = _key.SignData(
            [.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence);
        var (a, c, s) = (
            Base64Url.EncodeToString(data), Base64Url.EncodeToString(client), Base64Url.EncodeToString(signature));
        return $$"""{"authenticatorData":"{{a}}","clientDataJSON":"{{c}}","signature":"{{s}}"}""";
    }

    private byte[] Cose()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return [0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
    }
}
