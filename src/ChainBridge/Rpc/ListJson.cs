using System.Collections.Immutable;
using System.Text.Json;

namespace Gateway.ChainBridge.Rpc;

/// <summary>Arrays in JSON.</summary>
internal static class ListJson
{
    /// <exception cref="FormatException">The value is no array.</exception>
    public static ImmutableArray<T> Read<T>(ref Utf8JsonReader reader, ReadJson<T> read)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new FormatException("The value is no array.");
        }

        var items = ImmutableArray.CreateBuilder<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(read(ref reader));
        }

        return items.DrainToImmutable();
    }
}
