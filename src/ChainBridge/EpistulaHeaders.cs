namespace Gateway.ChainBridge;

/// <summary>The headers of one request signed in the dialect epistula-v2. Immutable.</summary>
public sealed class EpistulaHeaders
{
    internal EpistulaHeaders(IReadOnlyList<KeyValuePair<string, string>> pairs) => Pairs = pairs;

    /// <summary>Names and values to add to the request as they are: Epistula-Version, -Timestamp, -Uuid, -Signed-By,
    /// -Request-Signature and, for a named receiver, -Signed-For and -Secret-Signature-0 to -2. ASCII only.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs { get; }
}
