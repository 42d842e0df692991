using System.Text.Json;
using Gateway.ChainBridge.Addresses;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Tests.Vectors;

namespace Gateway.ChainBridge.Tests.Addresses;

public sealed class KeylessAccountTests
{
    private static readonly JsonElement Derivatives = KeyVectors.Section("as_derivative");

    public static TheoryData<ushort, string, string> Multisigs =>
        [.. KeyVectors.Section("multisig").EnumerateArray().Select(one => (
            one.GetProperty("threshold").GetUInt16(), one.Text("account"), one.Text("ss58_42")))];

    public static TheoryData<ushort, string> Children =>
        [.. Derivatives.GetProperty("children").EnumerateArray().Select(one => (
            one.GetProperty("index").GetUInt16(), one.Text("account")))];

    [Theory]
    [MemberData(nameof(Multisigs))]
    public void A_multisig_is_the_one_polkadot_js_knows(ushort threshold, string account, string address)
    {
        var made = KeylessAccount.Multisig([Account("//Charlie"), Account("//Alice"), Account("//Bob")], threshold);
        Assert.Equal(account, Convert.ToHexStringLower(made));
        Assert.Equal(address, Ss58.Encode(made));
    }

    [Theory]
    [MemberData(nameof(Children))]
    public void A_derivative_is_the_known_one(ushort index, string account) => Assert.Equal(
        account, Convert.ToHexStringLower(KeylessAccount.Derivative(Parent(), index)));

    [Fact]
    public void Derivatives_nest()
    {
        var nested = Derivatives.GetProperty("nested");
        var made = nested.GetProperty("path").EnumerateArray().Aggregate(
            Parent(), (parent, index) => KeylessAccount.Derivative(parent, index.GetUInt16()));
        Assert.Equal(nested.Text("account"), Convert.ToHexStringLower(made));
    }

    [Fact]
    public void A_multisig_of_one_or_of_twins_is_refused()
    {
        Assert.Throws<ArgumentException>(() => KeylessAccount.Multisig([Account("//Alice")], 1));
        Assert.Throws<ArgumentException>(
            () => KeylessAccount.Multisig([Account("//Alice"), Account("//Alice")], 2));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => KeylessAccount.Multisig([Account("//Alice"), Account("//Bob")], 3));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => KeylessAccount.Multisig([Account("//Alice"), Account("//Bob")], 0));
    }

    private static byte[] Parent() => Derivatives.GetProperty("parent").Hex("account");

    private static ReadOnlyMemory<byte> Account(string uri)
    {
        using var pair = Sr25519Keypair.FromUri(uri);
        return pair.PublicKey.ToArray();
    }
}
