namespace Gateway.Core;

/// <summary>Text of our public ids: a prefix that names the kind, then a UUID version 7 (RFC 9562) as 32 lower case hex
/// digits.</summary>
internal static class PublicId
{
    internal static string Format(string prefix, Guid value) =>
        string.Create(prefix.Length + 32, (prefix, value), static (text, id) =>
        {
            id.prefix.CopyTo(text);
            id.value.TryFormat(text[id.prefix.Length..], out _, "N");
        });

    internal static bool TryParse(ReadOnlySpan<char> text, string prefix, out Guid value)
    {
        value = default;
        return text.StartsWith(prefix, StringComparison.Ordinal)
            && text.Length == prefix.Length + 32
            && !text[prefix.Length..].ContainsAnyInRange('A', 'F')
            && Guid.TryParseExact(text[prefix.Length..], "N", out value);
    }
}
