using Gateway.ChainBridge.Keys;

namespace Gateway.ChainBridge.Tests.Keys;

public sealed class WrappedMessageTests
{
    private static readonly byte[] Message = [.. "gateway login 7f3a"u8];

    [Fact]
    public void A_wrapped_signature_proves_the_account()
    {
        using var alice = Sr25519Keypair.FromUri("//Alice");
        using var bob = Sr25519Keypair.FromUri("//Bob");
        var signature = Sign(alice, [.. "<Bytes>gateway login 7f3a</Bytes>"u8]);

        Assert.True(Verify(alice, SignatureScheme.Sr25519, signature));
        Assert.False(Verify(bob, SignatureScheme.Sr25519, signature));
        Assert.False(Verify(alice, SignatureScheme.Ed25519, signature));
    }

    [Fact]
    public void Attack_29_A_bare_signature_is_refused_for_it_could_be_a_transaction()
    {
        using var alice = Sr25519Keypair.FromUri("//Alice");
        Assert.False(Verify(alice, SignatureScheme.Sr25519, Sign(alice, Message)));
    }

    [Fact]
    public void Ed25519_accounts_prove_themselves_too()
    {
        using var pair = Ed25519Keypair.FromSeed(new byte[32]);
        Assert.True(Verify(pair, SignatureScheme.Ed25519, Sign(pair, WrappedMessage.Wrap(Message))));
    }

    private static bool Verify(IKeypair pair, SignatureScheme scheme, byte[] signature) =>
        WrappedMessage.Verify(pair.PublicKey, scheme, Message, signature);

    private static byte[] Sign(IKeypair pair, byte[] message)
    {
        var signature = new byte[64];
        pair.Sign(message, signature);
        return signature;
    }
}
