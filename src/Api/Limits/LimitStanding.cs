using Gateway.Api.OpenAi;

namespace Gateway.Api.Limits;

/// <summary>How one limit stands to a request.</summary>
/// <param name="Rule">Whose limit.</param>
/// <param name="Kind">Which limit of it.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Used">How much of it is used.</param>
/// <param name="Requested">How much the request needs.</param>
/// <param name="WaitNanos">How long until it fits, or <see cref="Bucket.Never"/>; 0: it fits now.</param>
internal sealed record LimitStanding(
    LimitRule Rule, LimitKind Kind, long Limit, long Used, long Requested, long WaitNanos)
{
    private const long MillisPerSecond = 1000;

    // The openai client waits as long as retry-after says, however long, unless it is told not to repeat
    // (openai/openai-node, src/client.ts).
    private const long LongestWait = Rate.Minute;

    /// <summary>Whether the request passes it now.</summary>
    public bool Passes => WaitNanos == 0;

    private bool IsTokens => Kind == LimitKind.TokensPerMinute;

    /// <summary>What a request reads that does not pass.</summary>
    public OpenAiError ToError(string model)
    {
        var wait = WaitNanos == Bucket.Never ? Rate.Minute : Math.Max(1, WaitNanos);
        var millis = LimitReading.Millis(wait);
        return new(StatusCodes.Status429TooManyRequests, IsTokens ? "tokens" : "requests", "rate_limit_exceeded",
            Message(model, wait))
        {
            RetryAfter = (int)Math.Min(int.MaxValue, (millis + MillisPerSecond - 1) / MillisPerSecond),
            RetryAfterMs = millis,
            ShouldRetry = WaitNanos > LongestWait ? false : null,
        };
    }

    private string Message(string model, long wait)
    {
        var figures = $"on {Unit()}: Limit {Limit}, Used {Used}, Requested {Requested}.";
        return WaitNanos == Bucket.Never
            ? $"Request too large for {model} in {Owner()} {figures} Shorten the prompt or lower max_tokens."
            : $"Rate limit reached for {model} in {Owner()} {figures} "
                + $"Please try again in {LimitReading.Duration(wait)}.";
    }

    private string Unit() => Kind switch
    {
        LimitKind.RequestsPerMinute => "requests per min (RPM)",
        LimitKind.TokensPerMinute => "tokens per min (TPM)",
        LimitKind.RequestsPerDay => "requests per day (RPD)",
        LimitKind.Concurrent => "concurrent requests",
    };

    private string Owner()
    {
        var owner = Rule.Scope switch
        {
            LimitScope.Key => $"key {Rule.Name}",
            LimitScope.Project => $"project {Rule.Name}",
            LimitScope.Organization => $"organization {Rule.Name}",
        };
        return Rule.Key.Model.Length == 0 ? owner : $"{owner} (this model's own limit)";
    }
}
