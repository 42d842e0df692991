using System.Text.Json;
using Gateway.ChainBridge.Blocks;

namespace Gateway.ChainBridge.Rpc;

/// <summary>What a node says of a transaction it was given (paritytech/polkadot-sdk, sc-transaction-pool-api,
/// TransactionStatus). A hint: only finalized blocks prove anything.</summary>
/// <param name="Kind">The status.</param>
/// <param name="Block">The block it speaks of, where it speaks of one.</param>
internal sealed record PoolStatus(PoolStatusKind Kind, Hash256? Block)
{
    /// <exception cref="FormatException">The status is unknown.</exception>
    public static PoolStatus Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new PoolStatus(Parse(reader.GetString()), null);
        }

        if (reader.TokenType != JsonTokenType.StartObject || !reader.Read())
        {
            throw new FormatException("A status is text, or an object of one field.");
        }

        var kind = Parse(reader.GetString());
        _ = reader.Read();
        var block = reader.TokenType == JsonTokenType.String ? HexJson.ReadHash(ref reader) : (Hash256?)null;
        reader.Skip();
        return new PoolStatus(kind, block);
    }

    // "broadcast" lists peers, the others name a block.
    private static PoolStatusKind Parse(string? name) =>
        Enum.TryParse<PoolStatusKind>(name, ignoreCase: true, out var kind) && char.IsAsciiLetter(name![0])
            ? kind
            : throw new FormatException($"{name} is no status of a transaction.");
}
