using Gateway.Api.Access;
using Gateway.Api.Limits;
using Gateway.Api.OpenAi;
using Gateway.Api.Telemetry;
using Gateway.Billing;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Chat;

/// <summary>Lets a chat request in: its key may call the model, and its rate limits have room.</summary>
internal sealed class Admission(
    RateLimiter limiter, CancelWatch cancels, EndUsers users, RateBook rates, DepositOffers offers,
    GatewayMetrics metrics)
{
    // Two tokens in seven bytes: English has one in four, most other scripts fewer bytes a token.
    private const int TokensPerPart = 2;
    private const int BytesPerPart = 7;
    private const int TokensPerImage = 85;
    private const long UsualAnswer = 1024;

    /// <summary>Takes the request's share of every limit; it ends with the request.</summary>
    /// <exception cref="RefusedException">403 for another model than the key may call, 429 at a limit.</exception>
    public ValueTask<LimitLease> AdmitAsync(HttpContext context, ChatRequest chat)
    {
        var rules = RulesOf(context.Caller(), chat);
        if (rules.Length == 0 || context.Features.Get<Deferred>() is not null)
        {
            return new(LimitLease.None);
        }

        context.Features.Set(new LimitsInForce(rules));
        var taking = limiter.TakeAsync(rules, Reserve(chat));
        return taking.IsCompletedSuccessfully ? new(Lease(taking.Result, chat)) : AwaitAsync(taking, chat);
    }

    /// <summary>How every rate limit stands to a request that a caller might send: what <see cref="AdmitAsync"/> would
    /// decide by. Nothing is taken.</summary>
    /// <exception cref="RefusedException">403 for another model than the key may call.</exception>
    public IReadOnlyList<LimitStanding> Foresee(Caller caller, ChatRequest chat) =>
        [.. limiter.Foresee(RulesOf(caller, chat), Reserve(chat))];

    public static OpenAiError Forbidden(ModelId model) => new(StatusCodes.Status403Forbidden, "permission_error",
        "model_not_allowed", $"This key may not call '{model}'. GET /v1/models lists what it may call.", "model");

    /// <summary>Notes how a dispatched call ended: whoever leaves too often has fewer places.</summary>
    public void Note(Caller caller, Delivered delivered) => cancels.Note(
        caller.Line, delivered is { Ending: Ending.ClientGone, Usage.Output: 0 });

    /// <summary>Who pays for it.</summary>
    public Payer PayerOf(Caller caller, ChatRequest chat) => users.PayerOf(caller, chat.User);

    /// <summary>What a request reads whose credit was not set aside.</summary>
    public async Task<OpenAiError> ExplainAsync(
        Reserved reserved, Caller caller, ChatRequest chat, Quote quote, CancellationToken ct) =>
        reserved is Reserved.Insufficient lack
            ? BillingErrors.From(
                reserved,
                chat.Task == ModelTask.Chat ? quote.CoveredBy(lack.Available) / chat.Choices : 0,
                await rates.CurrentAsync(ct),
                await offers.ForAsync(caller.Org, ct))
            : BillingErrors.From(reserved, 0, null, null);

    /// <summary>Ends a dispatched request with the tokens it used; one that experts refused as invalid does not
    /// count.</summary>
    public static void End(LimitLease lease, Delivery delivery)
    {
        if (delivery is { Status: DeliveryStatus.FailedBeforeFirstByte, Refused: true })
        {
            lease.Undo();
        }
        else
        {
            lease.End(Counted(delivery.Usage));
        }
    }

    /// <summary>The tokens set aside before anybody knows: of the prompt by its bytes, of the answer what was asked
    /// for, at most a usual one's.</summary>
    public static long Reserve(ChatRequest chat) =>
        (((TokensPerPart * chat.Prompt.PlainBytes) + BytesPerPart - 1) / BytesPerPart)
        + (chat.Prompt.Images * (long)TokensPerImage)
        + (chat.Task == ModelTask.Chat ? chat.Choices * Math.Min(chat.MaxTokens ?? UsualAnswer, UsualAnswer) : 0);

    private LimitRule[] RulesOf(Caller caller, ChatRequest chat) => caller.MayCall(chat.Model)
        ? cancels.Restrict(caller, caller.Limits.For(chat.Model.Value))
        : throw new RefusedException(Forbidden(chat.Model));

    private async ValueTask<LimitLease> AwaitAsync(ValueTask<Taking> taking, ChatRequest chat) =>
        Lease(await taking, chat);

    private LimitLease Lease(Taking taken, ChatRequest chat)
    {
        if (taken.Lease is { } lease)
        {
            return lease;
        }

        metrics.CountLimited(taken.Refusal!.Kind);
        throw new RefusedException(taken.Refusal.ToError(chat.Model.Value));
    }

    private static long Counted(Usage usage) => usage.Input - usage.Cached + usage.Output;
}
