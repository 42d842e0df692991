using CsCheck;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Tests.Vectors;

namespace Gateway.ChainBridge.Tests.Keys;

public sealed class Ss58Tests
{
    private const string Alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

    public static TheoryData<int, string> ValidTexts()
    {
        var data = new TheoryData<int, string>();
        foreach (var vector in KeyVectors.Section("ss58").GetProperty("valid").EnumerateArray())
        {
            data.Add(vector.GetProperty("prefix").GetInt32(), vector.Text("text"));
        }

        return data;
    }

    // The words by another hand: Python's hashlib and the four lines of arXiv:0901.4016.
    [Fact]
    public void An_address_has_four_words_and_what_is_none_has_nothing()
    {
        Assert.Equal("himob mivim sobar vinig", ChainAddress.CheckWords(Alice));
        Assert.Throws<ArgumentException>(() => ChainAddress.CheckWords(Alice[..^1] + "X"));
    }

    [Theory]
    [MemberData(nameof(ValidTexts))]
    public void An_account_has_the_text_polkadot_js_gives_it(int prefix, string expected) =>
        Assert.Equal(expected, Ss58.Encode(KeyVectors.Section("ss58").Hex("account"), (ushort)prefix));

    [Theory]
    [MemberData(nameof(ValidTexts))]
    public void Attack_36_38_Only_bittensors_prefix_is_read_and_another_is_named(int prefix, string text)
    {
        var account = new byte[Ss58.AccountLength];
        Assert.Equal(prefix == Ss58.BittensorPrefix, Ss58.TryDecode(text, account, out var fault));
        if (prefix == Ss58.BittensorPrefix)
        {
            Assert.Equal(KeyVectors.Section("ss58").Hex("account"), account);
            return;
        }

        Assert.Equal(new Ss58Fault(Ss58FaultKind.Prefix, (ushort)prefix), fault);
        Assert.Contains($"prefix {prefix};", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ", nameof(Ss58FaultKind.Checksum))]
    [InlineData("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQ", nameof(Ss58FaultKind.Length))]
    [InlineData("0GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", nameof(Ss58FaultKind.Character))]
    [InlineData(" 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", nameof(Ss58FaultKind.Blank))]
    [InlineData("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY\n", nameof(Ss58FaultKind.Blank))]
    [InlineData("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY\u00a0", nameof(Ss58FaultKind.Character))]
    [InlineData("15GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", nameof(Ss58FaultKind.Length))]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", nameof(Ss58FaultKind.Length))]
    [InlineData("1", nameof(Ss58FaultKind.Length))]
    [InlineData("", nameof(Ss58FaultKind.Blank))]
    public void A_bad_address_is_refused_by_name(string text, string expected)
    {
        Assert.False(Ss58.TryDecode(text, new byte[Ss58.AccountLength], out var fault));
        Assert.Equal(expected, fault.Kind.ToString());
        Assert.NotEmpty(fault.ToString());
    }

    [Fact]
    public void Every_refusal_of_the_vectors_is_refused_here()
    {
        foreach (var vector in KeyVectors.Section("ss58").GetProperty("refuse").EnumerateArray())
        {
            Assert.False(Ss58.TryDecode(vector.Text("text"), new byte[Ss58.AccountLength]), vector.Text("why"));
        }
    }

    // 42 written in the two bytes that only prefixes from 64 on need, with a right checksum.
    [Fact]
    public void The_long_form_of_a_short_prefix_is_refused()
    {
        byte[] content = [0x4a, 0x80, .. KeyVectors.Section("ss58").Hex("account")];
        var checksum = new byte[64];
        Hashes.Blake2b512([.. "SS58PRE"u8, .. content], checksum);
        var text = SimpleBase.Base58.Bitcoin.Encode([.. content, .. checksum[..2]]);

        Assert.False(Ss58.TryDecode(text, new byte[Ss58.AccountLength], out var fault));
        Assert.Equal(Ss58FaultKind.Prefix, fault.Kind);
    }

    [Fact]
    public void The_zero_account_is_an_account() =>
        Assert.Equal(KeyVectors.Section("ss58").Text("zero_account_42"), Ss58.Encode(new byte[Ss58.AccountLength]));

    [Fact]
    public void Any_account_comes_back_from_its_text() =>
        Gen.Byte.Array[Ss58.AccountLength].Sample(account =>
        {
            var read = new byte[Ss58.AccountLength];
            Assert.True(Ss58.TryDecode(Ss58.Encode(account), read));
            Assert.Equal(account, read);
        });

    // Two bytes of checksum let one mistyped text in 65,536 through; what is read must then have exactly that text.
    [Fact]
    public void A_text_that_is_read_is_the_only_one_of_its_account() =>
        Gen.Select(Gen.Int[0, Alice.Length - 1], Gen.Char[' ', '\u00ff']).Sample((index, replacement) =>
        {
            var text = Alice.Remove(index, 1).Insert(index, replacement.ToString());
            var account = new byte[Ss58.AccountLength];
            if (Ss58.TryDecode(text, account))
            {
                Assert.Equal(text, Ss58.Encode(account));
            }
        });

    [Fact]
    public void Any_text_is_answered_without_an_error() =>
        Gen.String[0, 70].Sample(text => Assert.False(Ss58.TryDecode(text, new byte[Ss58.AccountLength])));
}
