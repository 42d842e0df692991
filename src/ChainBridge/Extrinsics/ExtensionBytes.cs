using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Extrinsics;

/// <summary>What the signed extensions of a runtime add: to the transaction (extra), and to the signed bytes only
/// (additional). An extension nobody taught us is left empty when both its types are, and otherwise refused: what it
/// would mean to sign it is unknown.</summary>
internal static class ExtensionBytes
{
    private const byte MetadataHashOff = 0;
    private const byte NoAsset = 0;

    /// <exception cref="RuntimeDriftException">An extension wants what is not known here.</exception>
    public static byte[] Extra(RuntimeMetadata metadata, TransactionTerms terms)
    {
        var all = new ScaleWriter();
        foreach (var extension in metadata.Extrinsic.Extensions)
        {
            var one = new ScaleWriter();
            WriteExtra(extension.Name, terms, one);
            Append(metadata.Types, extension, extension.Extra, one, all);
        }

        return all.ToArray();
    }

    /// <exception cref="RuntimeDriftException">An extension wants what is not known here.</exception>
    public static byte[] Additional(RuntimeContext context, TransactionTerms terms)
    {
        var all = new ScaleWriter();
        foreach (var extension in context.Metadata.Extrinsic.Extensions)
        {
            var one = new ScaleWriter();
            WriteAdditional(extension.Name, context, terms, one);
            Append(context.Metadata.Types, extension, extension.Additional, one, all);
        }

        return all.ToArray();
    }

    private static void WriteExtra(string extension, TransactionTerms terms, ScaleWriter writer)
    {
        switch (extension)
        {
            case "CheckMortality":
                terms.Era.Write(writer);
                break;
            case "CheckNonce":
                writer.WriteCompact(terms.Nonce);
                break;
            case "ChargeTransactionPayment":
                writer.WriteCompact(terms.Tip);
                break;
            case "ChargeAssetTxPayment":
                writer.WriteCompact(terms.Tip);
                writer.WriteByte(NoAsset);
                break;
            case "CheckMetadataHash":
                writer.WriteByte(MetadataHashOff);
                break;
            default:
                break;
        }
    }

    private static void WriteAdditional(
        string extension, RuntimeContext context, TransactionTerms terms, ScaleWriter writer)
    {
        switch (extension)
        {
            case "CheckSpecVersion":
                writer.WriteUInt32(context.SpecVersion);
                break;
            case "CheckTxVersion":
                writer.WriteUInt32(context.TransactionVersion);
                break;
            case "CheckGenesis":
                writer.WriteBytes(context.Genesis.Bytes);
                break;
            case "CheckMortality":
                writer.WriteBytes((terms.Era.IsImmortal ? context.Genesis : terms.BirthHash).Bytes);
                break;
            case "CheckMetadataHash":
                writer.WriteByte(MetadataHashOff);
                break;
            default:
                break;
        }
    }

    // The runtime's own type has the last word on what was written by hand, and on what was left empty.
    private static void Append(
        TypeRegistry types, ExtrinsicExtension extension, int type, ScaleWriter one, ScaleWriter all)
    {
        try
        {
            var reader = new ScaleReader(one.Written);
            ValueSkipper.Skip(types, type, ref reader);
            reader.RequireEnd();
        }
        catch (ScaleException failure)
        {
            throw new RuntimeDriftException(
                $"The signed extension {extension.Name} wants something unknown: {failure.Message}.");
        }

        all.WriteBytes(one.Written);
    }
}
