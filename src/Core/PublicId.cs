namespace Gateway.Core;

/// <summary>Text of our public ids: a prefix that names the kind, then a UUID version 7 (RFC 9562) as 32 lower case hex
/// digits.</summary>
internal static class PublicId
{
    internal static string Format(string prefix, Guid value) => prefix + value.ToString("N");

    internal static bool TryParse(ReadOnlySpan<char> text, string prefix, out Guid value)
    {
        value = default;
        return text.StartsWith(prefix, StringComparison.Ordinal)
            && text.Length == prefix.Length + 32
            && !text[prefix.Length..].ContainsAnyInRange('A', 'F')
            && Guid.TryParseExact(text[prefix.Length..], "N", out value);
    }
}
