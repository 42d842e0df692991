using System.Collections.Immutable;
using System.Text.Json;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Rpc;

/// <summary>Headers as nodes write them in JSON.</summary>
internal static class HeaderJson
{
    /// <summary>A header, or null where the node knows none.</summary>
    public static BlockHeader? ReadOptional(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Null ? null : Read(ref reader);

    /// <exception cref="FormatException">A field is missing or of another form.</exception>
    /// <exception cref="ScaleException">A digest note does not read.</exception>
    public static BlockHeader Read(ref Utf8JsonReader reader)
    {
        var fields = new Fields();
        Require(reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            fields.Read(ref reader);
        }

        return new BlockHeader(
            fields.Parent ?? throw Missing(),
            fields.Number ?? throw Missing(),
            fields.State ?? throw Missing(),
            fields.Extrinsics ?? throw Missing(),
            fields.Digest ?? throw Missing());
    }

    private static ImmutableArray<DigestItem> ReadDigest(ref Utf8JsonReader reader)
    {
        Require(reader.TokenType == JsonTokenType.StartObject);
        Require(reader.Read() && reader.ValueTextEquals("logs"u8));
        Require(reader.Read() && reader.TokenType == JsonTokenType.StartArray);
        var items = ImmutableArray.CreateBuilder<DigestItem>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var bytes = new ScaleReader(HexJson.ReadBytes(ref reader));
            items.Add(DigestItem.Read(ref bytes));
            bytes.RequireEnd();
        }

        Require(reader.Read() && reader.TokenType == JsonTokenType.EndObject);
        return items.DrainToImmutable();
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw Missing();
        }
    }

    private static FormatException Missing() => new("The header lacks a field, or has it in another form.");

    private struct Fields
    {
        public Hash256? Parent;
        public uint? Number;
        public Hash256? State;
        public Hash256? Extrinsics;
        public ImmutableArray<DigestItem>? Digest;

        public void Read(ref Utf8JsonReader reader)
        {
            var name = reader.GetString();
            _ = reader.Read();
            switch (name)
            {
                case "parentHash":
                    Parent = HexJson.ReadHash(ref reader);
                    break;
                case "number":
                    Number = HexJson.ReadNumber(ref reader);
                    break;
                case "stateRoot":
                    State = HexJson.ReadHash(ref reader);
                    break;
                case "extrinsicsRoot":
                    Extrinsics = HexJson.ReadHash(ref reader);
                    break;
                case "digest":
                    Digest = ReadDigest(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }
}
