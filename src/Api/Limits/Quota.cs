namespace Gateway.Api.Limits;

/// <summary>The four limits of one scope, each 1 to <see cref="Unlimited"/> - 1; null: none.</summary>
/// <param name="RequestsPerMinute">Requests a minute.</param>
/// <param name="TokensPerMinute">Tokens a minute.</param>
/// <param name="RequestsPerDay">Requests a day.</param>
/// <param name="Concurrent">Requests at the same time.</param>
internal readonly record struct Quota(
    long? RequestsPerMinute, long? TokensPerMinute, long? RequestsPerDay, long? Concurrent)
{
    /// <summary>How the API writes that there is no limit; clients read a number there.</summary>
    public const long Unlimited = 1_000_000_000;

    public bool IsUnlimited => this == default;

    public long? this[LimitKind kind] => kind switch
    {
        LimitKind.RequestsPerMinute => RequestsPerMinute,
        LimitKind.TokensPerMinute => TokensPerMinute,
        LimitKind.RequestsPerDay => RequestsPerDay,
        LimitKind.Concurrent => Concurrent,
    };
}
