namespace Gateway.ChainBridge;

/// <summary>The headers of one signed request to a miner. Immutable.</summary>
public sealed class SignedHeaders
{
    internal SignedHeaders(IReadOnlyList<KeyValuePair<string, string>> pairs) => Pairs = pairs;

    /// <summary>Names and values to add to the request as they are. ASCII only.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs { get; }
}
