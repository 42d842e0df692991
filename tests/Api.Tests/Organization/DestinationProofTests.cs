using System.Text;
using Gateway.Api.Organization;
using Gateway.ChainBridge;
using Gateway.ChainBridge.Payouts;
using Gateway.Core;

namespace Gateway.Api.Tests.Organization;

public sealed class DestinationProofTests
{
    private static readonly OrgId Org = OrgId.Create(TimeProvider.System);

    [Fact]
    public void Without_a_signature_it_tells_the_text_to_sign_where_one_is_needed()
    {
        var problem = DestinationProof.Problem("5A", Org, null, isNeeded: true);

        Assert.Contains($"Refund destination 5A of {Org}", problem, StringComparison.Ordinal);
        Assert.Null(DestinationProof.Problem("5A", Org, null, isNeeded: false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("0x00")]
    [InlineData("not hex")]
    public void Nonsense_is_no_signature(string signature)
    {
        using var key = NewKey();

        Assert.NotNull(DestinationProof.Problem(key.Address, Org, signature, isNeeded: false));
    }

    [Fact]
    public void Attack_29_Only_the_destinations_own_signature_of_this_organisations_text_counts()
    {
        using var key = NewKey();
        using var other = NewKey();
        var text = DestinationProof.TextOf(key.Address, Org);
        var strangers = OrgId.Create(TimeProvider.System);

        Assert.Null(DestinationProof.Problem(key.Address, Org, key.Sign(text), isNeeded: true));
        Assert.NotNull(DestinationProof.Problem(key.Address, strangers, key.Sign(text), isNeeded: true));
        Assert.NotNull(DestinationProof.Problem(key.Address, Org, other.Sign(text), isNeeded: true));
        Assert.NotNull(DestinationProof.Problem(other.Address, Org, key.Sign(text), isNeeded: true));
        Assert.False(ChainAddress.HasSigned(key.Address, "<Bytes>" + text + "</Bytes>", key.Sign(text)));
        Assert.Equal(2 + 128, key.Sign(text).Length);
        Assert.True(Encoding.UTF8.GetByteCount(text) < 200);
    }

    private static ApproverKey NewKey() =>
        ApproverKey.Open(Path.Combine(Directory.CreateTempSubdirectory("gateway-proof-").FullName, "key"));
}
