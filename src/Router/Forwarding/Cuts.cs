namespace Gateway.Router.Forwarding;

/// <summary>Why an answer was cut short, if it was.</summary>
internal static class Cuts
{
    // An upstream that was told our lower limit stops there by itself, and reports it as its own length.
    internal static CutReason? Of(ChatCall call, UpstreamAttempt attempt, Verdict verdict) => verdict switch
    {
        Verdict.CreditExhausted => CutReason.CreditExhausted,
        Verdict.LimitReached => call.Allowance.LimitReason,
        _ when attempt.Receiver.FinishReason == "length"
            && call.Allowance.LimitReason != CutReason.MaxTokens
            && call.OutputLimitOfEach < attempt.Upstream.OutputTokensLimit => call.Allowance.LimitReason,
        _ => null,
    };

    internal static DeliveryStatus StatusOf(CutReason? cut) =>
        cut is { } reason ? StatusOf(reason) : DeliveryStatus.Complete;

    internal static string TextOf(CutReason cut) => cut switch
    {
        CutReason.MaxTokens => "max_tokens",
        CutReason.MaxCost => "max_cost",
        CutReason.CreditExhausted => "credit_exhausted",
    };

    private static DeliveryStatus StatusOf(CutReason cut) => cut switch
    {
        CutReason.MaxTokens => DeliveryStatus.CutByLimit,
        CutReason.MaxCost => DeliveryStatus.CutByMaxCost,
        CutReason.CreditExhausted => DeliveryStatus.CutByCredit,
    };
}
