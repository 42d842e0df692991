using System.Text.Json;

namespace Gateway.Router.Metering;

/// <summary>What an upstream claims in a usage object, before any bound. A figure that is missing, null, text,
/// negative, fractional or beyond 64 bits is no figure: null.</summary>
/// <param name="Input"><c>prompt_tokens</c>, cached ones included.</param>
/// <param name="Cached"><c>prompt_tokens_details.cached_tokens</c>.</param>
/// <param name="Output"><c>completion_tokens</c>, reasoning included.</param>
/// <param name="Reasoning"><c>completion_tokens_details.reasoning_tokens</c>.</param>
internal readonly record struct UsageFigure(long? Input, long? Cached, long? Output, long? Reasoning)
{
    /// <summary>Reads a usage value; the reader stands on its first token and ends on its last.</summary>
    internal static UsageFigure Read(ref Utf8JsonReader reader)
    {
        var figure = default(UsageFigure);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return figure;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("prompt_tokens"u8))
            {
                figure = figure with { Input = Count(ref reader) };
            }
            else if (reader.ValueTextEquals("completion_tokens"u8))
            {
                figure = figure with { Output = Count(ref reader) };
            }
            else if (reader.ValueTextEquals("prompt_tokens_details"u8))
            {
                figure = figure with { Cached = Detail(ref reader, "cached_tokens"u8) };
            }
            else if (reader.ValueTextEquals("completion_tokens_details"u8))
            {
                figure = figure with { Reasoning = Detail(ref reader, "reasoning_tokens"u8) };
            }
            else
            {
                reader.Skip();
            }
        }

        return figure;
    }

    /// <summary>Never falls: each part is the larger of the two.</summary>
    internal UsageFigure Rise(UsageFigure later) => new(
        Larger(Input, later.Input),
        Larger(Cached, later.Cached),
        Larger(Output, later.Output),
        Larger(Reasoning, later.Reasoning));

    private static long? Larger(long? left, long? right) =>
        left is null ? right : right is null ? left : Math.Max(left.Value, right.Value);

    private static long? Detail(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        long? found = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(name))
            {
                found = Count(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return found;
    }

    private static long? Count(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) && value >= 0)
        {
            return value;
        }

        reader.Skip();
        return null;
    }
}
