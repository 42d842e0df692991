using Gateway.Api.Access;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.Hosting;
using Gateway.Api.Idempotency;
using Gateway.Api.Limits;
using Gateway.Api.OpenAi;
using Gateway.Api.Telemetry;
using Gateway.Api.Wiring;
using Gateway.Billing;
using Gateway.Core;
using Gateway.Router;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Chat;

/// <summary>POST /v1/chat/completions: read once, plan, reserve, send, settle, finish.</summary>
internal sealed class ChatEndpoint(
    ModelRouter router, Ledger ledger, Admission admission, ChatIntake intake, DrainState drain, TimeProvider time)
{
    private const int MaxNamedFields = 16;
    private const int MaxNamedLength = 64;
    private const int RetryAfterSeconds = 2;

    public const string Path = "/v1/chat/completions";

    /// <summary>25 MB: media may stand inline.</summary>
    public const int MaxBody = 25 * 1024 * 1024;

    public Task HandleAsync(HttpContext context) => HandleAsync(context, ChatShape.Instance);

    /// <summary>The same for an endpoint of another shape.</summary>
    public async Task HandleAsync(HttpContext context, IChatShape shape)
    {
        var identity = context.Features.GetRequiredFeature<RequestIdentity>();
        using var body = await intake.ReadAsync(context.Request, shape);
        using var read = intake.Order(body, context.Request, shape);
        var told = CallFacts.Of(context);
        told?.Ask(read.Chat);
        using var lease = await admission.AdmitAsync(context, read.Chat);
        var route = ChatRoutes.Plan(router, identity.Id, context.Caller(), read.Chat);
        told?.Plan(route);
        using var fetched = await intake.FetchAsync(read, context.RequestAborted);
        var order = fetched ?? read;
        var chat = order.Chat;
        var quote = Quoting.Quote(ledger, route, chat, order.Body.Length, TierOf(context));
        Announce(context.Response, chat);
        var dispatch = ChatDispatches.From(identity, order, quote, route, drain.Abandoned);
        var hold = await ReserveAsync(context, chat, quote);
        lease.Dispatched();
        try
        {
            await BindAsync(context, hold);
            await using var answer = await router.SendAsync(context, route, dispatch, new HoldAllowance(ledger, hold));
            var facts = Facts(shape, chat, route, identity);
            await SettleAsync(context, answer, hold, new(chat, route, dispatch, facts, lease, body.Bytes));
        }
        catch
        {
            // Whatever broke, the money comes back: at most once, so this is nothing when the charge was recorded.
            var failed = new Delivered(
                Ending.Failed, null, Usage.None, false, "error", [], Facts(shape, chat, route, identity));
            var commitments = new Commitments(CommitmentHash.Of(dispatch.Salt.Span, body.Bytes.Span), default);
            await ledger.SettleAsync(ledger.Price(hold, failed), commitments);
            throw;
        }
    }

    private RequestFacts Facts(IChatShape shape, ChatRequest chat, RoutePlan route, RequestIdentity identity) =>
        new(shape.Path, chat.Model, StrategyNames.NameOf(route.Used), identity.Started, time.GetUtcNow());

    private async Task<Hold> ReserveAsync(HttpContext context, ChatRequest chat, Quote quote)
    {
        var payer = admission.PayerOf(context.Caller(), chat);
        var request = context.Features.GetRequiredFeature<RequestIdentity>().Id;
        var reserved = await ledger.ReserveAsync(payer, request, quote, context.RequestAborted);
        return reserved is Reserved.Held { Hold: var hold }
            ? hold
            : throw new RefusedException(
                await admission.ExplainAsync(reserved, context.Caller(), chat, quote, context.RequestAborted));
    }

    private static PriceTier TierOf(HttpContext context) =>
        context.Features.Get<Deferred>() is null ? PriceTier.Standard : PriceTier.Batch;

    // Before it is charged: what is charged is then never lost, whatever becomes of this process.
    private static Task KeepAsync(HttpContext context, Answer answer, Ending ending) =>
        ending is Ending.Complete or Ending.Cut && context.Features.Get<IAnswerKeeper>() is { } keeper
            ? keeper.KeepAsync(context.Features.GetRequiredFeature<RequestIdentity>().Id, answer.Whole)
            : Task.CompletedTask;

    private static Task BindAsync(HttpContext context, Hold hold) =>
        context.Features.Get<KeptCall>() is { } kept ? kept.BindAsync(hold) : Task.CompletedTask;

    private async Task SettleAsync(HttpContext context, Answer answer, Hold hold, Work work)
    {
        var (dispatch, facts) = (work.Dispatch, work.Facts);
        var delivered = Delivered(context, answer.Delivery, dispatch, facts);
        var bill = ledger.Price(hold, delivered);
        admission.Note(context.Caller(), delivered);
        var commitments = new Commitments(
            CommitmentHash.Of(dispatch.Salt.Span, work.Sent.Span), answer.Seal(bill.Charge));
        await KeepAsync(context, answer, bill.Delivered.Ending);

        // The caller may already be gone and the charge must not go with it, so settling takes no token.
        var settled = await ledger.SettleAsync(bill, commitments);
        context.Features.Get<KeptCall>()?.Note(settled);

        var told = CallFacts.Of(context);
        told?.Settle(answer.Delivery, settled);

        // Before the end is sent: whoever has read it may ask again at once.
        Admission.End(work.Lease, answer.Delivery);
        if (settled.Outcome == SettleOutcome.Unavailable)
        {
            await EndUnsettledAsync(context, answer);
        }
        else if (answer.Delivery is { Status: DeliveryStatus.FailedBeforeFirstByte, ResponseStarted: false } delivery)
        {
            var error = dispatch.Stopping.IsCancellationRequested
                ? OpenAiError.Draining()
                : RouteErrors.AllFailed(delivery, work.Route, work.Chat);
            await error.WriteAsync(context);
        }
        else
        {
            await answer.FinishAsync(context.RequestAborted);
        }

        told?.End(answer.Timing);
    }

    // A whole answer, and events of what is no chat, are handed over only after the settle: who has left by now gets
    // nothing of it and pays nothing.
    private static Delivered Delivered(
        HttpContext context, Delivery delivery, ChatDispatch dispatch, RequestFacts facts)
    {
        var delivered = delivery.ToDelivered(facts);
        var isWhole = !dispatch.Stream || dispatch.Task is not null;
        return isWhole && delivered.Ending != Ending.Failed && context.RequestAborted.IsCancellationRequested
            ? delivered with { Ending = Ending.ClientGone, Usage = Usage.None, Lines = [], FinishReason = "cancelled" }
            : delivered;
    }

    private static Task EndUnsettledAsync(HttpContext context, Answer answer)
    {
        const string Code = "billing_unavailable";
        const string Message = "The books did not confirm the charge. The receipt tells whether this request was "
            + "charged; if there is none, it is free.";
        return answer.Delivery.ResponseStarted
            ? answer.FailAsync(Code, Message)
            : OpenAiError.Server(StatusCodes.Status503ServiceUnavailable, Code, Message, RetryAfterSeconds)
                .WriteAsync(context);
    }

    // Named in headers, so that nobody believes a field did something it did not.
    private static void Announce(HttpResponse response, ChatRequest chat)
    {
        if (chat.Ignored.Count > 0)
        {
            response.Headers["x-gateway-ignored"] = string.Join(", ", chat.Ignored);
        }

        if (chat.Unverified.Count == 0)
        {
            return;
        }

        var plain = chat.Unverified
            .Where(name => name.Length <= MaxNamedLength && name.All(IsPlain))
            .Take(MaxNamedFields)
            .ToList();
        if (plain.Count > 0)
        {
            response.Headers["x-gateway-unverified"] = string.Join(", ", plain);
        }
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    /// <summary>One request on its way, and its body as it was sent to us.</summary>
    private sealed record Work(
        ChatRequest Chat, RoutePlan Route, ChatDispatch Dispatch, RequestFacts Facts, LimitLease Lease,
        ReadOnlyMemory<byte> Sent);
}
