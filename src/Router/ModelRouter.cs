using Gateway.Router.Forwarding;
using Gateway.Router.Planning;
using Microsoft.AspNetCore.Http;

namespace Gateway.Router;

/// <summary>Finds experts for chat requests and brings their answers. Safe for any thread.</summary>
public sealed class ModelRouter
{
    private readonly RoutingTables _tables;
    private readonly ChatDispatcher _dispatcher;

    internal ModelRouter(RoutingTables tables, ChatDispatcher dispatcher)
    {
        _tables = tables;
        _dispatcher = dispatcher;
    }

    /// <summary>Decides whom to try, in order: a pure function of the snapshot, the live load read once, and the
    /// request; no I/O. Experts that fail come last, then busy ones, and equal ones are shuffled by the request's id.
    /// Until the learned gate replaces this ranking, <c>auto</c> ranks the experts of all models alike, and a
    /// strategy is recorded but ranks nothing.</summary>
    public Planned Plan(RouteRequest request) => Planner.Plan(_tables.Current, request);

    /// <summary>Asks the plan's candidates, at most three, until one answers, and hands its stream on as it comes; the
    /// end is held back in the answer. Another candidate is tried only while the caller has seen nothing of an answer.
    /// Upstream failures are in the answer's <see cref="Delivery"/>, never thrown.</summary>
    /// <param name="context">The caller's request; its response must not have started. Headers already set
    /// stay.</param>
    /// <param name="plan">Whom to ask.</param>
    /// <param name="chat">What to ask.</param>
    /// <param name="allowance">How many output tokens are paid for; not touched after this returns.</param>
    /// <returns>The answer, to be sealed, finished and disposed.</returns>
    public Task<Answer> SendAsync(HttpContext context, RoutePlan plan, ChatDispatch chat, IAllowance allowance) =>
        _dispatcher.SendAsync(context, plan, chat, allowance);
}
