using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Extrinsics;

/// <summary>Makes signed transactions of format version 4. Before anything is signed, the bytes are read again by the
/// runtime's metadata and must say exactly what was meant.</summary>
internal static class ExtrinsicSigner
{
    /// <summary>A transaction of a call made by <see cref="RuntimeCall"/>.</summary>
    /// <exception cref="RuntimeDriftException">The runtime takes no version 4, has an extension that is not known, or
    /// reads the transaction in another way than it was meant.</exception>
    /// <exception cref="ScaleException">The call is not one of this runtime.</exception>
    public static SignedExtrinsic Sign(
        RuntimeContext context, ScaleValue.Case call, TransactionTerms terms, IKeypair key)
    {
        var parts = Prepare(context, call, terms);
        Span<byte> signature = stackalloc byte[Sr25519.SignatureLength];

        // A draft with an empty signature, so that nothing is signed that reads differently.
        Check(context.Metadata, Assemble(context.Metadata, parts, key, signature), (call, terms, key), payload: null);
        var payload = SigningPayload.Of(parts.Call, parts.Extra, parts.Additional);
        key.Sign(payload, signature);
        var bytes = Assemble(context.Metadata, parts, key, signature);
        Check(context.Metadata, bytes, (call, terms, key), payload);
        return new SignedExtrinsic(bytes, terms);
    }

    private static Parts Prepare(RuntimeContext context, ScaleValue.Case call, TransactionTerms terms)
    {
        var metadata = context.Metadata;
        if (!metadata.Extrinsic.Versions.Contains(ExtrinsicFormat.Version4))
        {
            throw new RuntimeDriftException("The runtime takes no transactions of format version 4.");
        }

        return new Parts(
            metadata.Types.Encode(metadata.Extrinsic.Call, call),
            ExtensionBytes.Extra(metadata, terms),
            ExtensionBytes.Additional(context, terms));
    }

    private static byte[] Assemble(RuntimeMetadata metadata, Parts parts, IKeypair key, ReadOnlySpan<byte> signature)
    {
        var body = new ScaleWriter();
        body.WriteByte(ExtrinsicFormat.SignedVersion4);
        ValueWriter.Write(
            metadata.Types, metadata.Extrinsic.Address, RuntimeCall.AddressOf(key.PublicKey), body);
        ValueWriter.Write(
            metadata.Types,
            metadata.Extrinsic.Signature,
            ScaleValue.CaseOf(key.Scheme.ToString(), ScaleValue.Of(signature)),
            body);
        body.WriteBytes(parts.Extra);
        body.WriteBytes(parts.Call);
        var whole = new ScaleWriter();
        whole.WriteByteList(body.Written);
        return whole.ToArray();
    }

    private static void Check(
        RuntimeMetadata metadata,
        byte[] bytes,
        (ScaleValue.Case Call, TransactionTerms Terms, IKeypair Key) meant,
        byte[]? payload)
    {
        var read = ExtrinsicReader.Decode(metadata, bytes);
        var isMeant = read.Signed is { } signed
            && read.RuntimeCall == meant.Call
            && signed.Account.Span.SequenceEqual(meant.Key.PublicKey)
            && signed.Nonce == meant.Terms.Nonce
            && signed.Tip == meant.Terms.Tip
            && signed.Era == meant.Terms.Era
            && (payload is null || signed.IsSignatureOf(payload));
        if (!isMeant)
        {
            throw new RuntimeDriftException(
                $"The runtime reads {read.RuntimeCall} where {meant.Call} was meant, or on other terms.");
        }
    }

    private sealed record Parts(byte[] Call, byte[] Extra, byte[] Additional);
}
