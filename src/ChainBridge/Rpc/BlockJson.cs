using System.Collections.Immutable;
using System.Text.Json;
using Gateway.ChainBridge.Blocks;

namespace Gateway.ChainBridge.Rpc;

/// <summary>Blocks as nodes write them in JSON.</summary>
internal static class BlockJson
{
    /// <summary>The block in a chain_getBlock answer; null where the node knows none.</summary>
    /// <exception cref="FormatException">A part is missing.</exception>
    public static Block? ReadOptional(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        Block? block = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isBlock = reader.ValueTextEquals("block"u8);
            _ = reader.Read();
            if (isBlock)
            {
                block = ReadBlock(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return block ?? throw new FormatException("The answer has no block.");
    }

    private static Block ReadBlock(ref Utf8JsonReader reader)
    {
        BlockHeader? header = null;
        ImmutableArray<byte[]>? extrinsics = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            _ = reader.Read();
            switch (name)
            {
                case "header":
                    header = HeaderJson.Read(ref reader);
                    break;
                case "extrinsics":
                    extrinsics = ListJson.Read(ref reader, HexJson.ReadBytes);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new Block(
            header ?? throw new FormatException("The block has no header."),
            extrinsics ?? throw new FormatException("The block has no extrinsics."));
    }
}
