using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Tests.Vectors;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Gateway.ChainBridge.Tests.Keys;

public sealed class Ed25519KeypairTests
{
    private static readonly byte[] Message = [1, 2, 3];

    // RFC 8032, 7.1: tests 1 and 3.
    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            + "d25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            + "4a7c15e9716ed28dc027beceea1ec40a")]
    public void Keys_and_signatures_are_those_of_the_RFC(string seed, string key, string message, string signature)
    {
        using var pair = Ed25519Keypair.FromSeed(Convert.FromHexString(seed));
        var made = new byte[Ed25519Keypair.SignatureLength];

        pair.Sign(Convert.FromHexString(message), made);

        Assert.Equal(key, Convert.ToHexStringLower(pair.PublicKey));
        Assert.Equal(signature, Convert.ToHexStringLower(made));
        Assert.True(Ed25519Keypair.Verify(pair.PublicKey, Convert.FromHexString(message), made));
    }

    // The session keys of development chains (paritytech/polkadot-sdk, dev chain specifications).
    [Theory]
    [InlineData("Alice", "88dc3417d5058ec4b4503e0c12ea1a0a89be200fe98922423d4334014fa6b0ee")]
    [InlineData("Bob", "d17c2d7823ebf260fd138f2d7e27d114c0145d968b5ff5006125f2414fadae69")]
    public void A_hard_child_of_the_development_phrase_is_the_known_one(string name, string key)
    {
        using var root = Ed25519Keypair.FromSeed(KeyVectors.Section("mnemonic").Hex("mini_secret"));
        var chainCode = new byte[Derivation.ChainCodeLength];
        Junction.Encode(name, chainCode);

        using var child = root.DeriveHard(chainCode);

        Assert.Equal(key, Convert.ToHexStringLower(child.PublicKey));
    }

    [Fact]
    public void Another_implementation_takes_our_signature()
    {
        using var pair = Ed25519Keypair.FromSeed(new byte[Ed25519Keypair.SeedLength]);
        var signature = new byte[Ed25519Keypair.SignatureLength];
        pair.Sign(Message, signature);

        var other = new Ed25519Signer();
        other.Init(forSigning: false, new Ed25519PublicKeyParameters(pair.PublicKey.ToArray()));
        other.BlockUpdate(Message, 0, Message.Length);

        Assert.True(other.VerifySignature(signature));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(63)]
    public void A_changed_byte_is_refused(int at)
    {
        using var pair = Ed25519Keypair.FromSeed(new byte[Ed25519Keypair.SeedLength]);
        var signature = new byte[Ed25519Keypair.SignatureLength];
        pair.Sign(Message, signature);
        signature[at] ^= 1;
        Assert.False(Ed25519Keypair.Verify(pair.PublicKey, Message, signature));
    }

    [Fact]
    public void Another_length_is_refused()
    {
        using var pair = Ed25519Keypair.FromSeed(new byte[Ed25519Keypair.SeedLength]);
        Assert.False(Ed25519Keypair.Verify(pair.PublicKey, Message, new byte[63]));
        Assert.False(Ed25519Keypair.Verify(pair.PublicKey[1..], Message, new byte[64]));
    }

    [Fact]
    public void A_disposed_pair_signs_nothing()
    {
        var pair = Ed25519Keypair.FromSeed(new byte[Ed25519Keypair.SeedLength]);
        pair.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pair.Sign(Message, new byte[Ed25519Keypair.SignatureLength]));
    }
}
