using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text.Json;

namespace Gateway.Billing;

/// <summary>The one form that a signed object is served in. What is signed writes numbers as strings, so the signature
/// alone would let a number stand as text, or text as a number.</summary>
internal static class SignedForm
{
    private static readonly string[] NumberEndings = ["_tokens", "_nusd", "_pusd", "_rao", "_ppm", "_ms"];

    private static readonly FrozenSet<string> Numbers = new[]
    {
        "v", "price_version", "images", "characters", "netuid", "uid", "out_from", "out_to", "line", "height", "depth",
        "rao",
    }.ToFrozenSet();

    /// <summary>Holds every member to its type: a number or null where its name says so, no number elsewhere.</summary>
    /// <exception cref="FormatException">A member is of another type.</exception>
    internal static void RequireTypes(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                RequireTypes(item);
            }
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                RequireType(member);
            }
        }
    }

    /// <summary>Reads base64url in its one form: no padding, no blanks, no bits left over (RFC 4648, 3.5).</summary>
    internal static bool TryReadBase64Url(string text, out byte[] bytes)
    {
        bytes = Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : [];
        return bytes.Length > 0 && Base64Url.EncodeToString(bytes) == text;
    }

    private static void RequireType(JsonProperty member)
    {
        var isNumber = Numbers.Contains(member.Name)
            || NumberEndings.Any(ending => member.Name.EndsWith(ending, StringComparison.Ordinal));
        var kind = member.Value.ValueKind;
        if (isNumber ? kind is not (JsonValueKind.Number or JsonValueKind.Null) : kind == JsonValueKind.Number)
        {
            throw new FormatException($"'{member.Name}' is of another type.");
        }

        RequireTypes(member.Value);
    }
}
