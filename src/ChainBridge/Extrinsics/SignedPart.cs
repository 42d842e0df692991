using System.Collections.Immutable;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Extrinsics;

/// <summary>Who signed a transaction, and on what terms.</summary>
/// <param name="Address">The signer, as the runtime's address type.</param>
/// <param name="Signature">The signature, as the runtime's signature type: scheme and bytes.</param>
/// <param name="Extensions">What the signed extensions say, by their names.</param>
/// <param name="ExtraBytes">The same as it was encoded, for the signed payload.</param>
internal sealed record SignedPart(
    ScaleValue Address,
    ScaleValue Signature,
    ImmutableArray<ScaleField> Extensions,
    ReadOnlyMemory<byte> ExtraBytes)
{
    /// <summary>The account that signed: 32 bytes.</summary>
    /// <exception cref="ScaleException">The address is not an account's.</exception>
    public ReadOnlyMemory<byte> Account => Address is ScaleValue.Case { Name: "Id" } id
        ? id[0].ToAccount()
        : Address.ToAccount();

    /// <summary>How long the transaction is valid; immortal where the runtime knows nothing else.</summary>
    public Era Era { get; init; }

    /// <exception cref="ScaleException">The runtime's transactions have no nonce.</exception>
    public uint Nonce => Extension("CheckNonce").ToUInt32();

    /// <summary>Rao on top of the fee.</summary>
    public UInt128 Tip => Find("ChargeTransactionPayment") is { } tip
        ? tip.ToUInt128()
        : Find("ChargeAssetTxPayment")?["tip"].ToUInt128() ?? 0;

    /// <summary>Whether the signature is one of the account's of exactly these bytes. ECDSA answers false.</summary>
    public bool IsSignatureOf(ReadOnlySpan<byte> payload)
    {
        var signature = Signature is ScaleValue.Case one && one.Fields.Length == 1 ? one[0].ToBytes().Span : default;
        return Signature.CaseName switch
        {
            nameof(SignatureScheme.Sr25519) => Sr25519.Verify(Account.Span, payload, signature),
            nameof(SignatureScheme.Ed25519) => Ed25519Keypair.Verify(Account.Span, payload, signature),
            _ => false,
        };
    }

    private ScaleValue Extension(string name) => Find(name)
        ?? throw new ScaleException(ScaleFault.WrongShape, $"there is no extension {name}");

    private ScaleValue? Find(string name) => Extensions.FirstOrDefault(one => one.Name == name).Value;
}
