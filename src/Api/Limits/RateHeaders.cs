using System.Globalization;
using Gateway.Api.Access;

namespace Gateway.Api.Limits;

/// <summary>The six <c>x-ratelimit-*</c> headers of every answer.</summary>
internal static class RateHeaders
{
    private const string Unlimited = "1000000000";
    private const string NoWait = "0s";

    /// <summary>For whoever has no limit, and before anybody knows who asks.</summary>
    public static void WriteUnlimited(IHeaderDictionary headers)
    {
        headers["x-ratelimit-limit-requests"] = Unlimited;
        headers["x-ratelimit-remaining-requests"] = Unlimited;
        headers["x-ratelimit-reset-requests"] = NoWait;
        headers["x-ratelimit-limit-tokens"] = Unlimited;
        headers["x-ratelimit-remaining-tokens"] = Unlimited;
        headers["x-ratelimit-reset-tokens"] = NoWait;
    }

    /// <summary>Writes the tightest limits as they are when the answer starts.</summary>
    public static void Write(HttpContext context, RateLimiter limiter)
    {
        var rules = context.Features.Get<LimitsInForce>()?.Rules ?? context.Features.Get<Caller>()?.Limits.General;
        if (rules is not { Count: > 0 })
        {
            return;
        }

        var (requests, tokens) = limiter.Read(rules);
        var headers = context.Response.Headers;
        headers["x-ratelimit-limit-requests"] = Number(requests.Limit);
        headers["x-ratelimit-remaining-requests"] = Number(requests.Remaining);
        headers["x-ratelimit-reset-requests"] = LimitReading.Duration(requests.ResetNanos);
        headers["x-ratelimit-limit-tokens"] = Number(tokens.Limit);
        headers["x-ratelimit-remaining-tokens"] = Number(tokens.Remaining);
        headers["x-ratelimit-reset-tokens"] = LimitReading.Duration(tokens.ResetNanos);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The rules that a request stood under, where its model has limits of its own.</summary>
internal sealed record LimitsInForce(IReadOnlyList<LimitRule> Rules);
