using System.Text.Json;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Chat;

/// <summary>Reads <c>stop</c>: one text or a few, none of them empty.</summary>
internal static class StopReader
{
    private const int MaxStops = 4;
    private const int MaxLength = 1024;

    /// <exception cref="RefusedException">It is something else.</exception>
    public static IReadOnlyList<string> Read(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is 0 or > MaxStops)
        {
            throw FieldReader.OutOfRange("stop", $"a string or 1 to {MaxStops} strings");
        }

        List<JsonElement> stops = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        if (stops.Exists(stop => stop.ValueKind != JsonValueKind.String))
        {
            throw FieldReader.WrongType("stop", $"a string or 1 to {MaxStops} strings");
        }

        if (stops.Exists(stop => stop.ValueEquals("")))
        {
            throw FieldReader.OutOfRange("stop", "strings that are not empty");
        }

        return [.. stops.Select(stop => FieldReader.Text(stop, "stop", MaxLength))];
    }
}
