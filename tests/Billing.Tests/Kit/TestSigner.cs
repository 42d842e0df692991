using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Gateway.Billing.Tests.Kit;

/// <summary>Ed25519 by BouncyCastle, an implementation that the product does not use.</summary>
internal sealed class TestSigner(byte seed = 1) : IReceiptSigner
{
    private readonly Ed25519PrivateKeyParameters _key = new([.. Enumerable.Repeat(seed, 32)]);

    public string KeyId { get; } = $"test-{seed}";

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[64];
        var bytes = message.ToArray();
        _key.Sign(Ed25519.Algorithm.Ed25519, null, bytes, 0, bytes.Length, signature, 0);
        return signature;
    }

    internal bool Verify(byte[] message, byte[] signature) => signature.Length == 64 && _key.GeneratePublicKey().Verify(
        Ed25519.Algorithm.Ed25519, null, message, 0, message.Length, signature, 0);
}
