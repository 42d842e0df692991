using System.Text.Json;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Chat;

/// <summary>Checks <c>stop</c>: one text or a few, none of them empty.</summary>
internal static class StopReader
{
    private const int MaxStops = 4;

    /// <exception cref="RefusedException">It is something else.</exception>
    public static void Check(JsonElement value)
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
    }
}
