namespace Gateway.Api.Limits;

/// <summary>What a rate limit counts.</summary>
internal enum LimitKind
{
    /// <summary>Requests a minute (RPM).</summary>
    RequestsPerMinute,

    /// <summary>Tokens a minute (TPM), prompt and answer together; cached prompt tokens count 0.</summary>
    TokensPerMinute,

    /// <summary>Requests a day (RPD).</summary>
    RequestsPerDay,

    /// <summary>Requests running at the same time.</summary>
    Concurrent,
}
