using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Tests.Vectors;

namespace Gateway.ChainBridge.Tests.Keys;

public sealed class DerivationTests
{
    public static TheoryData<string, string, string> Derivations()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var vector in KeyVectors.Section("derivation").EnumerateArray())
        {
            data.Add(vector.Text("path"), vector.Text("public"), vector.Text("ss58_42"));
        }

        return data;
    }

    public static TheoryData<string, string> Junctions()
    {
        var data = new TheoryData<string, string>();
        foreach (var vector in KeyVectors.Section("derivation").EnumerateArray())
        {
            if (!vector.TryGetProperty("chain_codes", out var codes))
            {
                continue;
            }

            var texts = vector.Text("path").Split('/', StringSplitOptions.RemoveEmptyEntries);
            foreach (var (text, code) in texts.Zip(codes.EnumerateArray()))
            {
                data.Add(text, code.GetString()!);
            }
        }

        return data;
    }

    public static TheoryData<string> RefusedUris()
    {
        var data = new TheoryData<string>
        {
            "",
            "//",
            "//Alice/",
            "/",
            "//" + new string('x', Junction.MaximumLength + 1),
            "///" + new string('x', 1025),
            "bottom drive obey",
            "bottom drive obey lake curtain smoke basket hold race lonely fit fit",
            "bottom drive obey lake curtain smoke basket hold race lonely fit Walk",
            " bottom drive obey lake curtain smoke basket hold race lonely fit walk",
            "bottom  drive obey lake curtain smoke basket hold race lonely fit walk",
            "0x1234",
            "0x" + new string('g', 64),
            "0x" + new string('1', 66),
            "0x" + new string('1', 64) + "///opensesame",
        };
        foreach (var vector in KeyVectors.Section("derivation_refuse").EnumerateArray())
        {
            data.Add(vector.Text("path"));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Derivations))]
    public void A_path_leads_to_the_key_other_wallets_derive(string path, string publicKey, string address)
    {
        using var pair = Sr25519Keypair.FromUri(SecretUri.DevelopmentPhrase + path);
        Assert.Equal(publicKey, Convert.ToHexStringLower(pair.PublicKey));
        Assert.Equal(address, Ss58.Encode(pair.PublicKey));
    }

    [Fact]
    public void There_are_22_derivations() => Assert.Equal(22, Derivations().Count);

    [Theory]
    [MemberData(nameof(Junctions))]
    public void A_junction_has_the_chain_code_other_wallets_give_it(string text, string expected)
    {
        var chainCode = new byte[Derivation.ChainCodeLength];
        Junction.Encode(text, chainCode);
        Assert.Equal(expected, Convert.ToHexStringLower(chainCode));
    }

    // SCALE's one-byte length ends at 63; the expected value is BLAKE2b-256 of the two-byte form, spelt out here.
    [Theory]
    [InlineData(63, "fc")]
    [InlineData(64, "0101")]
    [InlineData(1024, "0110")]
    public void A_long_junction_is_hashed_with_its_scale_length(int length, string prefix)
    {
        var text = new string('x', length);
        var expected = new byte[32];
        Hashes.Blake2b256([.. Convert.FromHexString(prefix), .. System.Text.Encoding.ASCII.GetBytes(text)], expected);

        var chainCode = new byte[32];
        Junction.Encode(text, chainCode);

        Assert.Equal(expected, chainCode);
    }

    [Theory]
    [InlineData("//Alice")]
    [InlineData("//Bob")]
    public void A_uri_without_a_phrase_starts_at_the_development_phrase(string path)
    {
        using var pair = Sr25519Keypair.FromUri(path);
        var vector = KeyVectors.Section("seeds").EnumerateArray().Single(seed => seed.Text("path") == path);
        Assert.Equal(vector.Hex("public"), pair.PublicKey.ToArray());
    }

    [Fact]
    public void A_mini_secret_opens_the_same_key_as_hex_and_as_bytes()
    {
        foreach (var vector in KeyVectors.Section("seeds").EnumerateArray())
        {
            using var bytes = Sr25519Keypair.FromMiniSecret(vector.Hex("mini_secret"));
            using var hex = Sr25519Keypair.FromUri("0x" + vector.Text("mini_secret"));
            Assert.Equal(vector.Hex("public"), bytes.PublicKey.ToArray());
            Assert.Equal(vector.Hex("public"), hex.PublicKey.ToArray());
        }
    }

    [Theory]
    [InlineData("", "mini_secret")]
    [InlineData("password", "mini_secret_with_password_password")]
    public void A_mnemonic_and_its_password_give_the_known_mini_secret(string password, string expected)
    {
        var vector = KeyVectors.Section("mnemonic");
        var (entropy, miniSecret) = (new byte[Mnemonic.MaximumEntropyLength], new byte[Sr25519.MiniSecretLength]);

        var length = Mnemonic.ReadEntropy(vector.Text("phrase"), entropy);
        Mnemonic.ToMiniSecret(entropy.AsSpan(0, length), System.Text.Encoding.UTF8.GetBytes(password), miniSecret);

        Assert.Equal(vector.Hex("entropy"), entropy[..length]);
        Assert.Equal(vector.Hex(expected), miniSecret);
    }

    // BIP-39's reference vectors (trezor/python-mnemonic vectors.json): all zeros, all ones, the longest phrase.
    [Theory]
    [InlineData("abandon*11 about", "00000000000000000000000000000000")]
    [InlineData("zoo*11 wrong", "ffffffffffffffffffffffffffffffff")]
    [InlineData("abandon*17 agent", "000000000000000000000000000000000000000000000000")]
    [InlineData("abandon*23 art", "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("zoo*23 vote", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void A_phrase_of_any_allowed_length_is_read(string pattern, string expected)
    {
        var parts = pattern.Split('*', ' ');
        var count = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        var entropy = new byte[Mnemonic.MaximumEntropyLength];
        var length = Mnemonic.ReadEntropy(
            string.Join(' ', Enumerable.Repeat(parts[0], count).Append(parts[2])), entropy);
        Assert.Equal(expected, Convert.ToHexStringLower(entropy[..length]));
    }

    [Fact]
    public void A_soft_child_key_follows_from_the_parents_public_key_alone()
    {
        using var alice = Sr25519Keypair.FromUri("//Alice");
        using var child = Sr25519Keypair.FromUri("//Alice/soft");
        var (chainCode, derived) = (new byte[32], new byte[32]);
        Junction.Encode("soft", chainCode);

        Assert.True(Derivation.TrySoftPublicKey(alice.PublicKey, chainCode, derived));
        Assert.Equal(child.PublicKey.ToArray(), derived);
        Assert.False(Derivation.TrySoftPublicKey([.. Enumerable.Repeat((byte)0xff, 32)], chainCode, derived));
    }

    [Fact]
    public void A_soft_child_signs_for_its_own_key()
    {
        using var child = Sr25519Keypair.FromUri("//Alice/soft/7");
        var signature = new byte[Sr25519.SignatureLength];
        child.Sign("m"u8, signature);
        Assert.True(Sr25519.Verify(child.PublicKey, "m"u8, signature));
    }

    [Theory]
    [MemberData(nameof(RefusedUris))]
    public void A_doubtful_uri_is_refused_without_repeating_it(string secret)
    {
        var error = Assert.Throws<FormatException>(() => Sr25519Keypair.FromUri(secret));
        foreach (var word in secret.Split(' ', '/').Where(word => word.Length > 3))
        {
            Assert.DoesNotContain(word, error.Message, StringComparison.OrdinalIgnoreCase);
        }
    }
}
