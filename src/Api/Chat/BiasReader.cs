using System.Text.Json;

namespace Gateway.Api.Chat;

/// <summary>Checks <c>logit_bias</c>, and other objects of a bounded number of members.</summary>
internal static class BiasReader
{
    private const int MaxBiasValue = 100;
    private const int MaxTokenIdDigits = 10;
    private const int MaxBias = 1024;
    private const int MaxTextName = 64;
    private const int MaxText = 512;

    /// <summary>Returns whether there is any.</summary>
    public static bool Check(JsonElement value, string name)
    {
        CheckMembers(value, name, MaxBias);
        foreach (var bias in value.EnumerateObject())
        {
            if (bias.Name.Length is 0 or > MaxTokenIdDigits || bias.Name.AsSpan().ContainsAnyExceptInRange('0', '9'))
            {
                throw FieldReader.OutOfRange(name, "token ids as member names");
            }

            FieldReader.CheckNumber(bias.Value, $"{name}.{bias.Name}", -MaxBiasValue, MaxBiasValue);
        }

        return value.GetPropertyCount() > 0;
    }

    /// <summary>Checks an object of short texts, such as metadata.</summary>
    public static void CheckTexts(JsonElement value, string name, int most)
    {
        CheckMembers(value, name, most);
        foreach (var member in value.EnumerateObject())
        {
            if (member.Name.Length is 0 or > MaxTextName)
            {
                throw FieldReader.OutOfRange(name, $"names of 1 to {MaxTextName} characters");
            }

            FieldReader.Text(member.Value, $"{name}.{FieldReader.Shown(member.Name)}", MaxText);
        }
    }

    public static void CheckMembers(JsonElement value, string name, int most)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw FieldReader.WrongType(name, "an object");
        }

        if (value.GetPropertyCount() > most)
        {
            throw FieldReader.OutOfRange(name, $"at most {most} entries");
        }
    }
}
