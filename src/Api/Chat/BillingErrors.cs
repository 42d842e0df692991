using System.Globalization;
using Gateway.Api.OpenAi;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Chat;

/// <summary>What a caller reads when no credit could be set aside. Money is 402, never 429: clients repeat a
/// 429.</summary>
internal static class BillingErrors
{
    private const int RetryAfterSeconds = 2;

    /// <param name="reserved">Why.</param>
    /// <param name="affordable">Max tokens that the credit left would pay for; zero: none.</param>
    /// <param name="rate">TAO's price, where it is known.</param>
    /// <param name="to">Where to pay, where there are addresses.</param>
    public static OpenAiError From(Reserved reserved, long affordable, FxRate? rate, PayTo? to) => reserved switch
    {
        Reserved.Insufficient insufficient => Insufficient(insufficient, affordable, rate, to),
        Reserved.BudgetExceeded over => BudgetExceeded(over.Kind, over.Id, over.Cap, over.Used, over.Resets),
        Reserved.Frozen => OpenAiError.Server(StatusCodes.Status503ServiceUnavailable, "org_frozen",
            "This organisation's account is frozen until a person has looked at it.", RetryAfterSeconds),
        Reserved.Unavailable => OpenAiError.Server(StatusCodes.Status503ServiceUnavailable, "billing_unavailable",
            "Credit cannot be checked now, so the request was not sent.", RetryAfterSeconds),
        _ => throw new InvalidOperationException($"Unknown reservation {reserved.GetType().Name}."),
    };

    /// <summary>A spend limit below the organisation's credit is used up: which one, and when it starts anew.</summary>
    public static OpenAiError BudgetExceeded(
        BudgetKind kind, string id, NanoUsd cap, NanoUsd used, DateTimeOffset? resets)
    {
        var level = kind switch
        {
            BudgetKind.EndUser => "end_user",
            BudgetKind.Key => "key",
            BudgetKind.Project => "project",
            BudgetKind.Organization => "organization",
        };
        var at = resets?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new(StatusCodes.Status402PaymentRequired, "insufficient_quota", "budget_exceeded",
            $"The spend limit of {level} {id} is {cap.ToUsd()} USD, of which {used.ToUsd()} USD is spent or held: too "
            + $"little is left for this request. {(at is null ? "It never resets." : $"It resets at {at}.")}")
        {
            Details = writer =>
            {
                writer.WriteString("level"u8, level);
                writer.WriteString("id"u8, id);
                writer.WriteNumber("limit_nusd"u8, cap.Value);
                writer.WriteNumber("used_nusd"u8, used.Value);
                writer.WriteString("resets"u8, at);
            },
        };
    }

    // The way out beside the refusal: less output that the rest pays for, or how much TAO pays for all of it.
    private static OpenAiError Insufficient(Reserved.Insufficient lack, long affordable, FxRate? rate, PayTo? to)
    {
        var payment = rate is { } known ? Payment.For(lack.Needed - lack.Available, known, to) : null;
        var where = to is null ? "" : $" sent to {to.Address}";
        return new(StatusCodes.Status402PaymentRequired, "insufficient_quota", "insufficient_quota",
            $"This request needs {lack.Needed.ToUsd()} USD of credit set aside; {lack.Available.ToUsd()} USD is "
            + $"available and {lack.HeldByRequests.ToUsd()} USD is held by running requests. "
            + (payment is null ? "Add credit" : $"Add credit, about {payment.Amount.ToTao()} TAO{where}")
            + (affordable > 0 ? $", or lower max_tokens to {affordable}." : "."))
        {
            Details = writer =>
            {
                writer.WriteNumber("available_nusd"u8, lack.Available.Value);
                writer.WriteNumber("held_by_requests_nusd"u8, lack.HeldByRequests.Value);
                writer.WriteNumber("needed_nusd"u8, lack.Needed.Value);
                writer.WriteNumber("affordable_max_tokens"u8, affordable);
                payment?.Write(writer);
            },
        };
    }
}
