using System.Collections.Immutable;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Extrinsics;

/// <summary>Reads anybody's extrinsics by the runtime's metadata.</summary>
internal static class ExtrinsicReader
{
    /// <summary>One extrinsic with its length in front, as blocks and author_submitExtrinsic have it.</summary>
    /// <exception cref="ScaleException">The bytes are not exactly one extrinsic of this runtime.</exception>
    public static DecodedExtrinsic Decode(RuntimeMetadata metadata, ReadOnlySpan<byte> bytes)
    {
        var outer = new ScaleReader(bytes);
        var body = outer.ReadByteList();
        outer.RequireEnd();

        var reader = new ScaleReader(body);
        var format = reader.ReadByte();
        var signed = format switch
        {
            ExtrinsicFormat.SignedVersion4 => ReadSigned(metadata, body, ref reader),
            ExtrinsicFormat.BareVersion4 or ExtrinsicFormat.BareVersion5 => null,
            _ => throw new ScaleException(ScaleFault.UnknownVersion, $"an extrinsic of format {format:x2}"),
        };
        var start = reader.Position;
        var call = ReadCall(metadata, ref reader);
        reader.RequireEnd();
        return new DecodedExtrinsic(
            Hash256.Of(bytes),
            signed,
            call.Name,
            call[0] as ScaleValue.Case ?? throw new ScaleException(ScaleFault.WrongShape, "the call is not a case"),
            body[start..].ToArray());
    }

    private static ScaleValue.Case ReadCall(RuntimeMetadata metadata, ref ScaleReader reader)
    {
        try
        {
            return ValueReader.Read(metadata.Types, metadata.Extrinsic.Call, ref reader) as ScaleValue.Case
                ?? throw new ScaleException(ScaleFault.WrongShape, "the call is not a case");
        }
        catch (ScaleException failure) when (failure.Within("call"))
        {
            throw;
        }
    }

    private static SignedPart ReadSigned(RuntimeMetadata metadata, ReadOnlySpan<byte> body, ref ScaleReader reader)
    {
        var address = ValueReader.Read(metadata.Types, metadata.Extrinsic.Address, ref reader);
        var signature = ValueReader.Read(metadata.Types, metadata.Extrinsic.Signature, ref reader);
        var start = reader.Position;
        var extensions = ImmutableArray.CreateBuilder<ScaleField>();
        var era = Era.Immortal;
        foreach (var extension in metadata.Extrinsic.Extensions)
        {
            var from = reader.Position;
            extensions.Add(ReadExtension(metadata.Types, extension, ref reader));
            if (extension.Name == "CheckMortality")
            {
                var part = new ScaleReader(body[from..reader.Position]);
                era = Era.Read(ref part);
                part.RequireEnd();
            }
        }

        var extra = body[start..reader.Position].ToArray();
        return new SignedPart(address, signature, extensions.DrainToImmutable(), extra) { Era = era };
    }

    private static ScaleField ReadExtension(TypeRegistry types, ExtrinsicExtension extension, ref ScaleReader reader)
    {
        try
        {
            return new ScaleField(extension.Name, ValueReader.Read(types, extension.Extra, ref reader));
        }
        catch (ScaleException failure) when (failure.Within(extension.Name))
        {
            throw;
        }
    }
}
