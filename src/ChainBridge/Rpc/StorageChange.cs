using System.Collections.Immutable;
using System.Text.Json;

namespace Gateway.ChainBridge.Rpc;

/// <summary>What is stored under a key.</summary>
/// <param name="Key">The whole key.</param>
/// <param name="Value">The bytes; null when there are none.</param>
internal sealed record StorageChange(byte[] Key, byte[]? Value)
{
    /// <summary>The changes in a state_queryStorageAt answer: one set, for the one block asked about.</summary>
    /// <exception cref="FormatException">Another number of sets, or a set without changes.</exception>
    public static ImmutableArray<StorageChange> ReadSet(ref Utf8JsonReader reader)
    {
        var sets = ListJson.Read(ref reader, ReadChanges);
        return sets is [var only]
            ? only
            : throw new FormatException($"The answer has {sets.Length} sets of changes, not one.");
    }

    private static ImmutableArray<StorageChange> ReadChanges(ref Utf8JsonReader reader)
    {
        ImmutableArray<StorageChange>? changes = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isChanges = reader.ValueTextEquals("changes"u8);
            _ = reader.Read();
            if (isChanges)
            {
                changes = ListJson.Read(ref reader, ReadPair);
            }
            else
            {
                reader.Skip();
            }
        }

        return changes ?? throw new FormatException("The set has no changes.");
    }

    private static StorageChange ReadPair(ref Utf8JsonReader reader)
    {
        var pair = ListJson.Read(ref reader, HexJson.ReadOptionalBytes);
        return pair is [{ } key, var value]
            ? new StorageChange(key, value)
            : throw new FormatException("A change is a key and a value.");
    }
}
