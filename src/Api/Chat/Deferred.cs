namespace Gateway.Api.Chat;

/// <summary>Among the features of a request that nobody waits for: it is quoted at the price of batches, and takes
/// nothing of the rate limits, which are for those who wait.</summary>
internal sealed record Deferred
{
    public static Deferred Instance { get; } = new();
}
