using System.Text;

namespace Gateway.Api.Idempotency;

/// <summary>The headers that belong to an answer and not to one request for it: kept with its body, as lines of
/// <c>name: value</c> that an empty line ends.</summary>
internal static class KeptHeaders
{
    // The salt too: it opens the commitments of the first request's receipt, which is the replay's.
    private static readonly string[] Names =
    [
        "x-gateway-expert", "x-gateway-quality", "x-gateway-cost", "x-gateway-ignored", "x-gateway-unverified",
        "x-receipt-salt", "location",
    ];

    private static ReadOnlySpan<byte> End => "\n\n"u8;

    /// <summary>Headers and body in one.</summary>
    public static byte[] Join(IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        var lines = Names.Where(headers.ContainsKey).Select(name => $"{name}: {headers[name]}");
        var head = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        return [.. head, .. End, .. body];
    }

    /// <summary>Sets the headers again and gives the body.</summary>
    public static ReadOnlyMemory<byte> Split(ReadOnlyMemory<byte> kept, IHeaderDictionary headers)
    {
        var end = kept.Span.IndexOf(End);
        var lines = Encoding.UTF8.GetString(kept.Span[..end]);
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var mark = line.IndexOf(": ", StringComparison.Ordinal);
            headers[line[..mark]] = line[(mark + 2)..];
        }

        return kept[(end + End.Length)..];
    }
}
