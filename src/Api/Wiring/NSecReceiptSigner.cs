using System.Security.Cryptography;
using Gateway.Api.Hosting;
using Gateway.Billing;
using NSec.Cryptography;

namespace Gateway.Api.Wiring;

/// <summary>Signs receipts with the Ed25519 key in the data directory, made at first use, mode 0600.</summary>
internal sealed class NSecReceiptSigner : IReceiptSigner, IDisposable
{
    private const string FileName = "receipt-key";
    private const int SeedSize = 32;
    private const int KeyIdBytes = 8;

    private readonly Key _key;

    private NSecReceiptSigner(Key key)
    {
        _key = key;
        PublicKey = key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        KeyId = Convert.ToHexStringLower(SHA256.HashData(PublicKey)[..KeyIdBytes]);
    }

    /// <summary>The first 8 bytes of the public key's SHA-256, in hex.</summary>
    public string KeyId { get; }

    /// <summary>32 bytes, RFC 8032.</summary>
    public byte[] PublicKey { get; }

    public static NSecReceiptSigner In(DataDirectory directory) => Of(
        directory, directory.ReadOrCreateSecret(FileName, () => RandomNumberGenerator.GetBytes(SeedSize)));

    /// <summary>The key of an earlier run; makes none.</summary>
    public static NSecReceiptSigner Existing(DataDirectory directory) => Of(directory, directory.ReadSecret(FileName));

    private static NSecReceiptSigner Of(DataDirectory directory, byte[] seed)
    {
        try
        {
            return new(Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey));
        }
        catch (FormatException)
        {
            throw new StartRefusedException($"{directory.Secret(FileName)} must hold {SeedSize} bytes as hex digits.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    public byte[] Sign(ReadOnlySpan<byte> message) => SignatureAlgorithm.Ed25519.Sign(_key, message);

    public void Dispose() => _key.Dispose();
}
