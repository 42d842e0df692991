using System.Text.Json;
using Gateway.Api.Chat;

namespace Gateway.Api.Batches;

/// <summary>Reads <c>metadata</c>: at most 16 texts of 512 characters, by names of 64, as in OpenAI's API
/// reference.</summary>
internal static class MetadataReader
{
    private const string Name = "metadata";
    private const int MaxPairs = 16;
    private const int MaxKey = 64;
    private const int MaxValue = 512;

    /// <summary>The metadata as JSON; null when there is none.</summary>
    /// <exception cref="OpenAi.RefusedException">400 naming the member.</exception>
    public static string? Read(JsonElement? value)
    {
        if (value is not { } metadata)
        {
            return null;
        }

        if (metadata.ValueKind != JsonValueKind.Object)
        {
            throw FieldReader.WrongType(Name, "an object");
        }

        if (metadata.GetPropertyCount() > MaxPairs)
        {
            throw FieldReader.OutOfRange(Name, $"at most {MaxPairs} pairs");
        }

        foreach (var pair in metadata.EnumerateObject())
        {
            var path = $"{Name}.{FieldReader.Shown(pair.Name)}";
            if (pair.Name.Length > MaxKey)
            {
                throw FieldReader.OutOfRange(path, $"a name of at most {MaxKey} characters");
            }

            FieldReader.Text(pair.Value, path, MaxValue);
        }

        return metadata.GetRawText();
    }
}
